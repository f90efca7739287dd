import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { isOneOf, selectRows, textList } from './database.js';
import { columnsOf, type DeclaredColumn, toColumn, toRecord } from './declared-columns.js';
import { TableInsert } from './table-insert.js';

type RecordClass<T extends object> = (abstract new (...args: never[]) => T) & { prototype: T };

/** A table made of a class's declared fields: a column for each, and `record_key`, which tells one record from another. */
export class DeclaredTable<T extends object> {
  readonly columns: readonly DeclaredColumn[];
  private readonly insert: TableInsert;
  private isReady = false;

  constructor(
    readonly name: string,
    private readonly type: RecordClass<T>,
  ) {
    this.columns = columnsOf(type);
    const types = Object.fromEntries(this.columns.map(({ path, sqlType }) => [path, sqlType]));
    this.insert = new TableInsert(name, { record_key: 'VARCHAR', ...types });
  }

  get isPrepared(): boolean {
    return this.isReady;
  }

  /**
   * Makes the table, or adds the columns of fields that were declared since, within a write.
   * @returns what is to be done once the write is durable
   */
  async prepare(connection: DuckDBConnection): Promise<() => void> {
    const definitions = this.columns.map(({ path, sqlType }) => `"${path}" ${sqlType}`);
    await connection.run(`create table if not exists "${this.name}" (record_key varchar, ${definitions.join(', ')})`);
    const stored = await this.storedColumns(connection);
    for (const column of this.columns) {
      const type = stored.get(column.path);
      if (type === undefined) {
        await connection.run(`alter table "${this.name}" add column "${column.path}" ${column.sqlType}`);
      } else if (type !== column.sqlType) {
        throw new Error(
          `the field ${column.path} of ${this.type.name} is declared as ${column.sqlType}, but stored as ${type}: ` +
            'give the field another name, so that what was stored is kept',
        );
      }
    }
    return () => {
      this.isReady = true;
    };
  }

  /** Saves records; one with the key of a stored record takes its place. Within a write, of a table that is prepared. */
  async replace(connection: DuckDBConnection, records: ReadonlyMap<string, T>): Promise<void> {
    await connection.run(`delete from "${this.name}" where ${isOneOf('record_key')}`, [textList(records.keys())]);
    const rows = [...records].map(([key, record]) => {
      const values = this.columns.map((column) => [column.path, toColumn(record, column)]);
      return { record_key: key, ...(Object.fromEntries(values) as object) };
    });
    await this.insert.run(connection, rows);
  }

  /** @param rest what follows `select * from table` */
  async select(connection: DuckDBConnection, rest: string, values: DuckDBValue[] = []): Promise<T[]> {
    const rows = await selectRows<Record<string, unknown>>(connection, `select * from "${this.name}" ${rest}`, values);
    return rows.map((row) => this.toRecord(row));
  }

  toRecord(row: Record<string, unknown>): T {
    return toRecord(this.type, row);
  }

  private async storedColumns(connection: DuckDBConnection): Promise<Map<string, string>> {
    const sql = `select column_name, data_type from information_schema.columns
      where table_name = ? and column_name <> 'record_key' order by ordinal_position`;
    const rows = await selectRows<{ column_name: string; data_type: string }>(connection, sql, [this.name]);
    return new Map(rows.map(({ column_name, data_type }) => [column_name, data_type]));
  }
}
