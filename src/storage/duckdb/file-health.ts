import { Logger } from '@nestjs/common';
import { StoreUnavailableError } from '../metrics.repository.js';
import { isUnreadable } from './store-errors.js';

/** How often a damaged file is read again, in case the disk failed only for a while. */
const VERIFY_INTERVAL_MILLISECONDS = 60_000;

/** Whether every part of an open file can be read. */
export class FileHealth {
  private readonly logger = new Logger(FileHealth.name);
  private damage: string | undefined;
  private verifiedAt = 0;
  private isVerifying = false;

  /** @param readAll reads the whole file. @throws Error when a part of it cannot be read */
  constructor(private readonly readAll: () => Promise<unknown>) {}

  /** Notes an error of a read or write that shows that the file is damaged. */
  observe(error: unknown): void {
    if (!isUnreadable(error)) return;
    const { message } = error as Error;
    if (this.damage === undefined) this.logger.error(`a part of the data file cannot be read: ${message}`);
    this.damage = message;
  }

  /** Reads the whole file. */
  async verify(): Promise<void> {
    if (this.isVerifying) return;
    this.isVerifying = true;
    this.verifiedAt = performance.now();
    try {
      await this.readAll();
      if (this.damage !== undefined) this.logger.log('the whole data file can be read again');
      this.damage = undefined;
    } catch (error) {
      this.observe(error);
    } finally {
      this.isVerifying = false;
    }
  }

  /** @throws StoreUnavailableError while a part of the file cannot be read */
  check(): void {
    if (this.damage === undefined) return;
    if (performance.now() - this.verifiedAt >= VERIFY_INTERVAL_MILLISECONDS) void this.verify();
    throw new StoreUnavailableError(`a part of the data file cannot be read: ${this.damage}`);
  }
}
