import type { LeaseRequest } from '../metrics.repository.js';
import type { Database } from './database.js';
import { selectRows, toTimestamp } from './sql.js';

/** Named locks that expire. */
export class LeaseTable {
  constructor(private readonly database: Database) {}

  /** @returns false if another holder has the lease and it has not expired */
  async acquire({ name, holder, now, expiresAt }: LeaseRequest): Promise<boolean> {
    let acquired = false;
    await this.database.write(async (connection) => {
      const taken = 'select 1 from leases where name = ? and holder <> ? and expires_at > ?';
      acquired = (await selectRows(connection, taken, [name, holder, toTimestamp(now)])).length === 0;
      if (!acquired) return;
      await connection.run('insert or replace into leases values (?, ?, ?)', [name, holder, toTimestamp(expiresAt)]);
    });
    return acquired;
  }

  async release({ name, holder }: Pick<LeaseRequest, 'name' | 'holder'>): Promise<void> {
    await this.database.write(async (connection) => {
      await connection.run('delete from leases where name = ? and holder = ?', [name, holder]);
    });
  }
}
