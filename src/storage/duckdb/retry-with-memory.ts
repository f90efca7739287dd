import { setTimeout as delay } from 'node:timers/promises';
import { isOutOfMemory } from './store-errors.js';

const RETRIES = 5;
const RETRY_MILLISECONDS = 100;

/** Repeats work that fails because the memory of the store is used up. Before each repetition, `freeMemory` is called. */
export async function retryWithMemory<T>(work: () => Promise<T>, freeMemory?: () => void): Promise<T> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isOutOfMemory(error) || retries === RETRIES) throw error;
      freeMemory?.();
      await delay(RETRY_MILLISECONDS);
    }
  }
}
