import { Clock } from '../time/clock.js';
import { LookupCache } from './lookup-cache.js';

describe('answers that are kept', () => {
  it('are not those to what was asked before they were cleared', async () => {
    const answers: ((text: string) => void)[] = [];
    const cache = new LookupCache(new Clock(), async () => [
      await new Promise<string>((resolve) => answers.push(resolve)),
    ]);
    const before = cache.find('abc12');
    while (answers.length < 1) await new Promise(setImmediate);
    cache.clear();
    answers[0]?.('public');
    expect(await before).toBe('public');
    const after = cache.find('abc12');
    while (answers.length < 2) await new Promise(setImmediate);
    answers[1]?.('private');
    expect(await after).toBe('private');
    expect(await cache.find('abc12')).toBe('private');
  });
});
