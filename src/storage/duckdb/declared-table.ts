import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { columnsOf, type DeclaredColumn, readRecord, toColumn } from './declared-columns.js';
import { hashOf, itemHashOf, SQL_ITEM_HASH, sqlHashOf } from './lookup-hash.js';
import { compileIn, compileText, selectRows, type Statement } from './sql.js';
import { TableInsert } from './table-insert.js';

type RecordClass<T extends object> = (abstract new (...args: never[]) => T) & { prototype: T };

/** The columns that are not declared. */
const KEY_TYPES = { record_key: 'VARCHAR', lookup_hash: 'UINTEGER' } as const;

/** DuckDB skips blocks of rows by up to 50 row ids (`dynamic_or_filter_threshold`). With more, it reads all of them. */
const MAX_HASHED_LOOKUPS = 50;

interface TableOptions {
  /** The column by which single values are looked up. Default: `record_key`. */
  readonly lookupColumn?: string;
  /** Whether records have an `item_iri` by which they are counted. Its hash is then in the column `item_hash`. */
  readonly countsItems?: boolean;
}

/**
 * A table with a column for each declared field of a class, the column `record_key`, which identifies a record, and the hash
 * of the column by which single values are looked up.
 */
export class DeclaredTable<T extends object> {
  readonly columns: readonly DeclaredColumn[];
  private readonly sqlTypes: Readonly<Record<string, string>>;
  private readonly insert: TableInsert;
  private isReady = false;

  constructor(
    readonly name: string,
    private readonly type: RecordClass<T>,
    private readonly options: TableOptions = {},
  ) {
    this.columns = columnsOf(type);
    this.sqlTypes = {
      ...KEY_TYPES,
      ...(options.countsItems ? { item_hash: 'UBIGINT' } : {}),
      ...Object.fromEntries(this.columns.map(({ path, sqlType }) => [path, sqlType])),
    };
    this.insert = new TableInsert(name, this.sqlTypes);
  }

  get isPrepared(): boolean {
    return this.isReady;
  }

  private get lookupColumn(): string {
    return this.options.lookupColumn ?? 'record_key';
  }

  /**
   * Creates the table, and adds columns for fields that were declared after it was created. Call it in a write.
   *
   * @returns a callback to call when the write is durable
   */
  async prepare(connection: DuckDBConnection): Promise<() => void> {
    const definitions = this.columns.map(({ path, sqlType }) => `"${path}" ${sqlType}`);
    await connection.run(`create table if not exists "${this.name}" (record_key varchar, ${definitions.join(', ')})`);
    if (await addMissingColumns(connection, this.name, this.sqlTypes, this.type.name)) {
      const hashes = {
        lookup_hash: sqlHashOf(this.lookupColumn),
        ...(this.options.countsItems ? { item_hash: SQL_ITEM_HASH } : {}),
      };
      for (const [column, hash] of Object.entries(hashes)) {
        await connection.run(`update "${this.name}" set ${column} = ${hash} where ${column} is null`);
      }
    }
    return () => {
      this.isReady = true;
    };
  }

  /** Saves records, by key. A record replaces a stored one with its key. Call it in a write, after `prepare`. */
  async replace(connection: DuckDBConnection, records: ReadonlyMap<string, T>): Promise<void> {
    const condition = compileIn('record_key', records.keys());
    await connection.run(`delete from "${this.name}" where ${condition.sql}`, condition.values);
    const rows = [...records].map(([key, record]) => {
      const row: Record<string, unknown> = { record_key: key };
      for (const column of this.columns) row[column.path] = toColumn(record, column);
      row.lookup_hash = hashOf(String(row[this.lookupColumn]));
      if (this.options.countsItems) row.item_hash = itemHashOf(String(row.item_iri));
      return row;
    });
    await this.insert.run(connection, rows);
  }

  /** The condition that the column for lookups has one of the values. */
  compileLookup(values: readonly string[]): Statement {
    const [value] = values;
    if (value === undefined || values.length > MAX_HASHED_LOOKUPS) return compileIn(this.lookupColumn, values);
    if (values.length === 1) {
      return { sql: `lookup_hash = ${hashOf(value)} and "${this.lookupColumn}" = ${compileText(value)}`, values: [] };
    }
    // Finds the rows by the hashes alone, so that DuckDB reads the other columns only where these rows are.
    const rows = `select rowid from "${this.name}" where lookup_hash in (${values.map(hashOf).join(', ')})`;
    const texts = `[${values.map(compileText).join(', ')}]`;
    return { sql: `rowid in (${rows}) and list_contains(${texts}, "${this.lookupColumn}")`, values: [] };
  }

  /** @param rest the SQL after `select * from table` */
  async select(connection: DuckDBConnection, rest: string, values: DuckDBValue[] = []): Promise<T[]> {
    const rows = await selectRows<Record<string, unknown>>(connection, `select * from "${this.name}" ${rest}`, values);
    return rows.map((row) => this.readRecord(row));
  }

  readRecord(row: Record<string, unknown>): T {
    return readRecord(this.type, row);
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
          'give the field another name, which keeps the stored values, or move DATA_DIR away to start with an empty store',
      );
    }
  }
  return isChanged;
}
