import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../time/clock.js';

const MAX_ENTRIES = 50_000;
const FRESH_MILLISECONDS = 60_000;
const MAX_KEYS_PER_LOAD = 200;

interface Entry<Value> {
  readonly value: Value;
  /** In milliseconds since the epoch. */
  readonly freshUntil: number;
}

/**
 * Caches values for a minute. Keys that are requested during a load are loaded together in the next one. When a load
 * fails, an outdated value is returned if there is one.
 */
export class LookupCache<Value> {
  private readonly entries = new LRUCache<string, Entry<Value>>({ max: MAX_ENTRIES });
  private clearCount = 0;
  private loading: Promise<unknown> = Promise.resolve();
  private readonly loader = new DataLoader(
    (keys: readonly string[]) => {
      const loaded = this.load(keys);
      this.loading = loaded.catch(() => undefined);
      return loaded;
    },
    {
      cache: false,
      maxBatchSize: MAX_KEYS_PER_LOAD,
      batchScheduleFn: (load) => void this.loading.then(() => setImmediate(load)),
    },
  );

  /** @param loadValues returns the values of `N×` keys, in their order */
  constructor(
    private readonly clock: Clock,
    private readonly loadValues: (keys: readonly string[]) => Promise<Value[]>,
  ) {}

  /** @throws what `loadValues` throws, when there is no outdated value either */
  async find(key: string): Promise<Value> {
    const entry = this.entries.get(key);
    if (entry && entry.freshUntil > this.clock.now().getTime()) return entry.value;
    try {
      return await this.loader.load(key);
    } catch (error) {
      if (entry) return entry.value;
      throw error;
    }
  }

  /** Removes all values. The results of loads in progress are not cached. */
  clear(): void {
    this.entries.clear();
    this.clearCount += 1;
  }

  private async load(keys: readonly string[]): Promise<Value[]> {
    const freshUntil = this.clock.now().getTime() + FRESH_MILLISECONDS;
    const { clearCount } = this;
    const values = await this.loadValues(keys);
    if (this.clearCount > clearCount) return values;
    for (const [index, key] of keys.entries()) this.entries.set(key, { value: values[index] as Value, freshUntil });
    return values;
  }
}
