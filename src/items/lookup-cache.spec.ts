import { Clock } from '../time/clock.js';
import { LookupCache } from './lookup-cache.js';

describe('LookupCache', () => {
  it('does not cache what was loaded before it was cleared', async () => {
    const loads: ((value: string) => void)[] = [];
    const cache = new LookupCache(new Clock(), async () => [
      await new Promise<string>((resolve) => loads.push(resolve)),
    ]);
    const before = cache.find('abc12');
    while (loads.length < 1) await new Promise(setImmediate);
    cache.clear();
    loads[0]?.('public');
    expect(await before).toBe('public');
    const after = cache.find('abc12');
    while (loads.length < 2) await new Promise(setImmediate);
    loads[1]?.('private');
    expect(await after).toBe('private');
    expect(await cache.find('abc12')).toBe('private');
  });
});
