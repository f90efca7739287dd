import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { describeError } from '../../model/errors.js';
import { StoreUnavailableError } from '../metrics.repository.js';
import type { OpenStore } from './open-store.js';
import { isOutOfSpace } from './store-errors.js';

const REOPEN_INTERVAL_MILLISECONDS = 1_000;
const ROLL_UP_INTERVAL_MILLISECONDS = 10_000;

/** Opens the file of the embedded store, and opens it again after an error that invalidates the database. */
export class ReopeningStore {
  private readonly logger = new Logger(ReopeningStore.name);
  private store: OpenStore | undefined;
  private reopening: Promise<void> | undefined;
  private isClosing = false;
  private readonly rollUpTimer: NodeJS.Timeout;
  private rollingUp: Promise<void> | undefined;

  /** @param openStore opens the file, and calls `onInvalid` when it must be opened again */
  constructor(private readonly openStore: (onInvalid: (reason: string) => void) => Promise<OpenStore>) {
    this.rollUpTimer = setInterval(() => {
      this.rollingUp ??= this.rollUpUsageDays().finally(() => (this.rollingUp = undefined));
    }, ROLL_UP_INTERVAL_MILLISECONDS).unref();
  }

  /**
   * The file as it was opened last. While it is reopened, its calls throw `StoreUnavailableError`.
   * @throws StoreUnavailableError before it is opened for the first time
   */
  get current(): OpenStore {
    if (!this.store) throw new StoreUnavailableError('the embedded store is not open yet');
    return this.store;
  }

  /**
   * Opens the file. On a full disk, it resolves nevertheless, and opening is retried until there is space.
   * @throws Error when the file cannot be opened for another reason
   */
  async open(): Promise<void> {
    try {
      await this.openOnce();
    } catch (error) {
      if (!isOutOfSpace(error)) throw error;
      this.logger.error(`not ready, because the embedded store cannot be opened: ${describeError(error)}`);
      this.reopening = this.openUntilSuccessful().finally(() => (this.reopening = undefined));
    }
  }

  async close(): Promise<void> {
    this.isClosing = true;
    clearInterval(this.rollUpTimer);
    await this.reopening;
    await this.store?.close();
    await this.rollingUp;
  }

  /** A failure is logged, and retried when clustering is due again. */
  async clusterUsagesIfDue(): Promise<void> {
    const { usageWriter } = this.current;
    if (!usageWriter.isClusteringDue) return;
    try {
      await usageWriter.cluster();
    } catch (error) {
      if (!this.isClosing) this.logger.error(`clustering usages failed: ${describeError(error)}`);
    }
  }

  /** A failure is logged, and retried soon. */
  private async rollUpUsageDays(): Promise<void> {
    if (!this.store || this.reopening) return;
    const startedAt = performance.now();
    try {
      const days = await this.store.usageDays.rollUp();
      const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
      if (days > 0) this.logger.log(`rolled up ${days} ${days === 1 ? 'day' : 'days'} of usage in ${seconds} s`);
    } catch (error) {
      if (!this.isClosing) this.logger.error(`rolling up days of usage failed: ${describeError(error)}`);
    }
  }

  /** Does nothing during the first opening, which then fails, and while reopening, which retries by itself. */
  private startReopening(reason: string): void {
    if (!this.store || this.reopening) return;
    this.logger.error(`reopening the embedded store: ${reason}`);
    this.reopening = this.reopenUntilSuccessful(this.store).finally(() => (this.reopening = undefined));
  }

  private async reopenUntilSuccessful(invalid: OpenStore): Promise<void> {
    await invalid.close();
    await this.openUntilSuccessful();
  }

  private async openUntilSuccessful(): Promise<void> {
    while (!this.isClosing) {
      try {
        await this.openOnce();
        this.logger.log('the embedded store is open again');
        return;
      } catch (error) {
        this.logger.error(`the embedded store cannot be opened: ${describeError(error)}`);
        await delay(REOPEN_INTERVAL_MILLISECONDS);
      }
    }
  }

  private async openOnce(): Promise<void> {
    this.store = await this.openStore((reason) => this.startReopening(reason));
  }
}
