import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { isOneOf, selectRows, textList } from './database.js';
import { columnsOf, type DeclaredColumn, toColumn, toRecord } from './declared-columns.js';
import { TableInsert } from './table-insert.js';

type RecordClass<T extends object> = (abstract new (...args: never[]) => T) & { prototype: T };

/** A table made of a class's declared fields: a column for each, and `record_key`, which tells one record from another. */
export class DeclaredTable<T extends object> {
  readonly columns: readonly DeclaredColumn[];
  private readonly sqlTypes: Readonly<Record<string, string>>;
  private readonly insert: TableInsert;
  private isReady = false;

  constructor(
    readonly name: string,
    private readonly type: RecordClass<T>,
  ) {
    this.columns = columnsOf(type);
    this.sqlTypes = Object.fromEntries(this.columns.map(({ path, sqlType }) => [path, sqlType]));
    this.insert = new TableInsert(name, { record_key: 'VARCHAR', ...this.sqlTypes });
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
    await addMissingColumns(connection, this.name, this.sqlTypes, this.type.name);
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
}

/**
 * Adds the columns that a table lacks.
 *
 * @param sqlTypes the SQL type of each column, by name
 * @param className the class that declares the fields, for the error
 * @returns whether columns were added
 * @throws Error when a stored column has another type
 */
export async function addMissingColumns(
  connection: DuckDBConnection,
  table: string,
  sqlTypes: Readonly<Record<string, string>>,
  className: string,
): Promise<boolean> {
  const sql = 'select column_name, data_type from information_schema.columns where table_name = ?';
  const rows = await selectRows<{ column_name: string; data_type: string }>(connection, sql, [table]);
  const storedTypes = new Map(rows.map(({ column_name, data_type }) => [column_name, data_type]));
  let isChanged = false;
  for (const [name, sqlType] of Object.entries(sqlTypes)) {
    const storedType = storedTypes.get(name);
    if (storedType === undefined) {
      await connection.run(`alter table "${table}" add column "${name}" ${sqlType}`);
      isChanged = true;
    } else if (storedType !== sqlType) {
      throw new Error(
        `the field ${name} of ${className} is declared as ${sqlType}, but stored as ${storedType}: ` +
          'give the field another name, so that what was stored is kept',
      );
    }
  }
  return isChanged;
}
