import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { OpenStore } from './open-store.js';

const REOPEN_INTERVAL_MILLISECONDS = 1_000;

/** Opens the file of the embedded store, and opens it again after an error that invalidates the database. */
export class ReopeningStore {
  private readonly logger = new Logger(ReopeningStore.name);
  private store: OpenStore | undefined;
  private reopening: Promise<void> | undefined;
  private isClosing = false;

  /** @param openStore opens the file, and calls `onInvalid` when it must be opened again */
  constructor(private readonly openStore: (onInvalid: (reason: string) => void) => Promise<OpenStore>) {}

  /** The file as it was opened last. While it is reopened, its calls throw `StoreUnavailableError`. */
  get current(): OpenStore {
    return this.store as OpenStore;
  }

  async open(): Promise<void> {
    this.store = await this.openStore((reason) => this.startReopening(reason));
  }

  async close(): Promise<void> {
    this.isClosing = true;
    await this.reopening;
    await this.store?.close();
  }

  /** A failure is logged, and retried when clustering is due again. */
  async clusterUsagesIfDue(): Promise<void> {
    const { usageWriter } = this.current;
    if (!usageWriter.isClusteringDue) return;
    try {
      await usageWriter.cluster();
    } catch (error) {
      if (!this.isClosing) this.logger.error(`clustering usages failed: ${(error as Error).message}`);
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
    while (!this.isClosing) {
      try {
        await this.open();
        return;
      } catch (error) {
        this.logger.error(`the embedded store cannot be opened: ${reasonOf(error)}`);
        await delay(REOPEN_INTERVAL_MILLISECONDS);
      }
    }
  }
}

/** The message of DuckDB, if the error has one as its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
