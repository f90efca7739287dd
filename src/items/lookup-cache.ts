import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../time/clock.js';

const MAX_ENTRIES = 100_000;
const TIME_TO_LIVE_MILLISECONDS = 60_000;
const MAX_BATCH_SIZE = 200;

interface CacheEntry<Value> {
  readonly value: Value;
  /** By the monotonic clock. */
  readonly expiresAt: number;
}

/**
 * Loads values by key and caches each, by default for a minute. Keys that are requested during a load are collected and loaded in the
 * next batch. When a load fails, an expired value is returned if there is one.
 */
export class LookupCache<Value> {
  private readonly entries = new LRUCache<string, CacheEntry<Value>>({ max: MAX_ENTRIES });
  private timesCleared = 0;
  private currentLoad: Promise<unknown> = Promise.resolve();
  private readonly loader = new DataLoader(
    (keys: readonly string[]) => {
      const load = this.loadAndCache(keys);
      this.currentLoad = load.catch(() => undefined);
      return load;
    },
    {
      cache: false,
      maxBatchSize: MAX_BATCH_SIZE,
      batchScheduleFn: (dispatch) => void this.currentLoad.then(() => setImmediate(dispatch)),
    },
  );

  /**
   * @param loadValues returns one value for each key, in the same order
   * @param timeToLiveMilliseconds how long a value is cached; `Infinity` if every change calls `clear`
   */
  constructor(
    private readonly clock: Clock,
    private readonly loadValues: (keys: readonly string[]) => Promise<Value[]>,
    private readonly timeToLiveMilliseconds = TIME_TO_LIVE_MILLISECONDS,
  ) {}

  /** @throws the error of `loadValues`, if no earlier value is cached */
  async get(key: string): Promise<Value> {
    const entry = this.entries.get(key);
    if (entry && entry.expiresAt > this.clock.monotonicMilliseconds()) return entry.value;
    try {
      return await this.loader.load(key);
    } catch (error) {
      if (entry) return entry.value;
      throw error;
    }
  }

  /** Removes all values. A load that is in progress does not put its values into the cache. */
  clear(): void {
    this.entries.clear();
    this.timesCleared += 1;
  }

  private async loadAndCache(keys: readonly string[]): Promise<Value[]> {
    const expiresAt = this.clock.monotonicMilliseconds() + this.timeToLiveMilliseconds;
    const { timesCleared } = this;
    const values = await this.loadValues(keys);
    if (this.timesCleared > timesCleared) return values;
    for (const [index, key] of keys.entries()) this.entries.set(key, { value: values[index] as Value, expiresAt });
    return values;
  }
}
