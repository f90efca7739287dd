import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type JS,
  JSToDuckDBValueConverter,
} from '@duckdb/node-api';

/** DuckDB's own block size. */
const ROWS_PER_CHUNK = 2048;

/** Appends rows, each with a value for every column of the table, as one statement of the connection. */
export async function appendRows(
  connection: DuckDBConnection,
  table: string,
  rows: readonly (readonly JS[])[],
): Promise<void> {
  const appender = new TableAppender(table);
  await appender.append(connection, rows);
  appender.close();
}

/** Appends rows to one table again and again; to make an appender costs more than to append a few rows. */
export class TableAppender {
  private appender: DuckDBAppender | undefined;

  constructor(private readonly table: string) {}

  async append(connection: DuckDBConnection, rows: readonly (readonly JS[])[]): Promise<void> {
    if (rows.length === 0) return;
    const appender = (this.appender ??= await connection.createAppender(this.table));
    try {
      const types = Array.from({ length: appender.columnCount }, (_, index) => appender.columnType(index));
      for (let start = 0; start < rows.length; start += ROWS_PER_CHUNK) {
        const part = rows.slice(start, start + ROWS_PER_CHUNK);
        const chunk = DuckDBDataChunk.create(types, part.length);
        chunk.setRowsConverted(part, JSToDuckDBValueConverter);
        appender.appendDataChunk(chunk);
      }
      appender.flushSync();
    } catch (error) {
      // An appender that failed once fails ever after.
      this.appender = undefined;
      throw error;
    }
  }

  close(): void {
    this.appender?.closeSync();
    this.appender = undefined;
  }
}
