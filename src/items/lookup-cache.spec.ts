import { Clock } from '../time/clock.js';
import { LookupCache } from './lookup-cache.js';

const DAY_MILLISECONDS = 86_400_000;

class SteppedClock extends Clock {
  milliseconds = 0;

  override monotonicMilliseconds(): number {
    return this.milliseconds;
  }
}

describe('LookupCache', () => {
  it('loads a value again after a minute, or only after the cache was cleared', async () => {
    const clock = new SteppedClock();
    const loads = { minute: 0, unlimited: 0 };
    const caches = {
      minute: new LookupCache(clock, (keys) => Promise.resolve(keys.map(() => ++loads.minute))),
      unlimited: new LookupCache(clock, (keys) => Promise.resolve(keys.map(() => ++loads.unlimited)), Infinity),
    };
    const getBoth = async (): Promise<number[]> => [
      await caches.minute.get('abc12'),
      await caches.unlimited.get('abc12'),
    ];
    expect(await getBoth()).toEqual([1, 1]);
    clock.milliseconds += 59_999;
    expect(await getBoth()).toEqual([1, 1]);
    clock.milliseconds += DAY_MILLISECONDS;
    expect(await getBoth()).toEqual([2, 1]);
    caches.unlimited.clear();
    expect(await getBoth()).toEqual([2, 2]);
  });

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
