import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../time/clock.js';

const MAX_ANSWERS = 50_000;
const KEPT_MILLISECONDS = 60_000;
const MAX_TOGETHER = 200;

interface KeptAnswer<Answer> {
  readonly answer: Answer;
  readonly until: number;
}

/**
 * Answers to questions, each kept for a minute. While questions are being answered, what else is asked gathers, and is
 * then asked together. While nothing can be answered, what was last known is.
 */
export class LookupCache<Answer> {
  private readonly kept = new LRUCache<string, KeptAnswer<Answer>>({ max: MAX_ANSWERS });
  private timesCleared = 0;
  private loading: Promise<unknown> = Promise.resolve();
  private readonly loader = new DataLoader(
    (keys: readonly string[]) => {
      const loaded = this.load(keys);
      this.loading = loaded.catch(() => undefined);
      return loaded;
    },
    {
      cache: false,
      maxBatchSize: MAX_TOGETHER,
      batchScheduleFn: (load) => void this.loading.then(() => setImmediate(load)),
    },
  );

  /** @param look answers `N×` questions, in their order */
  constructor(
    private readonly clock: Clock,
    private readonly look: (keys: readonly string[]) => Promise<Answer[]>,
  ) {}

  /** @throws what `look` throws, when nothing was known before either */
  async find(key: string): Promise<Answer> {
    const known = this.kept.get(key);
    if (known && known.until > this.clock.now().getTime()) return known.answer;
    try {
      return await this.loader.load(key);
    } catch (error) {
      if (known) return known.answer;
      throw error;
    }
  }

  /** Forgets what is known, and what was asked before and is not yet answered. */
  clear(): void {
    this.kept.clear();
    this.timesCleared += 1;
  }

  private async load(keys: readonly string[]): Promise<Answer[]> {
    const until = this.clock.now().getTime() + KEPT_MILLISECONDS;
    const { timesCleared } = this;
    const answers = await this.look(keys);
    if (this.timesCleared > timesCleared) return answers;
    for (const [index, key] of keys.entries()) this.kept.set(key, { answer: answers[index] as Answer, until });
    return answers;
  }
}
