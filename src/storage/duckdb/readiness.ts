import type { Database } from './database.js';
import { selectRows, toTimestamp } from './sql.js';

/** A write of the store shows for so long that the next one will succeed. */
const EVIDENCE_MILLISECONDS = 5_000;
/** What a check writes; after a failed write as much as a usage can take. */
const TRIAL_BYTES = 4_096;
const TRIAL_BYTES_AFTER_FAILURE = 65_536;

/** Whether the next usage would be stored, and a query answered. Reads and writes a little if the store itself did not. */
export class Readiness {
  /** By `performance.now()`. */
  private writtenAt = -Infinity;
  private hasFailed = false;
  private trial: Promise<void> | undefined;

  noteWrite(): void {
    this.writtenAt = performance.now();
    this.hasFailed = false;
  }

  noteFailedWrite(): void {
    this.hasFailed = true;
  }

  /** @throws StoreUnavailableError */
  async check(database: Database): Promise<void> {
    await database.lookUp(async (connection) => await selectRows(connection, 'select max(usage_id) from usages'));
    if (!this.hasFailed && performance.now() - this.writtenAt < EVIDENCE_MILLISECONDS) return;
    this.trial ??= this.tryWrite(database).finally(() => (this.trial = undefined));
    await this.trial;
  }

  private async tryWrite(database: Database): Promise<void> {
    const text = 'x'.repeat(this.hasFailed ? TRIAL_BYTES_AFTER_FAILURE : TRIAL_BYTES);
    await database.write(async (connection) => {
      const values = ['readiness', text, toTimestamp(new Date(0))];
      await connection.run('insert or replace into leases values (?, ?, ?)', values);
    });
  }
}
