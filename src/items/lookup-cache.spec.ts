import { Clock } from '../time/clock.js';
import { LookupCache } from './lookup-cache.js';

describe('LookupCache', () => {
  it('does not cache values whose load began before the cache was cleared', async () => {
    const resolvers: ((value: string) => void)[] = [];
    const cache = new LookupCache(new Clock(), async () => [
      await new Promise<string>((resolve) => resolvers.push(resolve)),
    ]);
    const before = cache.get('abc12');
    while (resolvers.length < 1) await new Promise(setImmediate);
    cache.clear();
    resolvers[0]?.('public');
    expect(await before).toBe('public');
    const after = cache.get('abc12');
    while (resolvers.length < 2) await new Promise(setImmediate);
    resolvers[1]?.('private');
    expect(await after).toBe('private');
    expect(await cache.get('abc12')).toBe('private');
  });
});
