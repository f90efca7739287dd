import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';

/** A value or null for each column, by name. */
export type Row = Readonly<Record<string, unknown>>;

/** Inserts rows into one table on one connection. */
export class TableInsert {
  private statement: DuckDBPreparedStatement | undefined;

  /** @param columns the SQL type of each column, by name */
  constructor(
    private readonly table: string,
    private readonly columns: Readonly<Record<string, string>>,
  ) {}

  /**
   * Inserts the rows in one statement. They are passed as one JSON text, which DuckDB parses on a thread of its own.
   * Binding or appending single values blocks the event loop ten times as long.
   */
  async run(connection: DuckDBConnection, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    this.statement ??= await connection.prepare(this.sql());
    const { statement } = this;
    statement.bindVarchar(1, JSON.stringify(rows));
    await statement.run();
  }

  private sql(): string {
    const names = Object.keys(this.columns).map((name) => `"${name}"`);
    return `insert into "${this.table}" (${names.join(', ')})
      select ${names.map((name) => `"row".${name}`).join(', ')}
      from (select unnest(from_json_strict(?, '${JSON.stringify([this.columns])}')) as "row")`;
  }
}
