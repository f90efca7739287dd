import { Run } from '../../model/run.js';
import type { RunFilter } from '../metrics.repository.js';
import type { Database } from './database.js';
import { DeclaredTable } from './declared-table.js';
import { joinConditions } from './sql.js';

/** Runs of reporters, one row each. */
export class RunTable {
  readonly table = new DeclaredTable('runs', Run);

  constructor(private readonly database: Database) {}

  async save(run: Run): Promise<void> {
    await this.database.write(async (connection) => await this.table.replace(connection, new Map([[run.id, run]])));
  }

  async find({ limit, ...fields }: RunFilter): Promise<Run[]> {
    const { sql, values } = joinConditions(
      Object.entries(fields).flatMap(([field, value]: [string, string | undefined]) =>
        value === undefined ? [] : [{ sql: `${field} = ?`, values: [value] }],
      ),
    );
    const rest = `where ${sql} order by started_at desc, id ${limit === undefined ? '' : `limit ${limit}`}`;
    return await this.database.lookUp((connection) => this.table.select(connection, rest, values));
  }
}
