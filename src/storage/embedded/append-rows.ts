import { type DuckDBConnection, DuckDBDataChunk, type JS, JSToDuckDBValueConverter } from '@duckdb/node-api';

/** DuckDB's own block size. */
const ROWS_PER_CHUNK = 2048;

/** Appends rows, each with a value for every column of the table, within the connection's transaction. */
export async function appendRows(
  connection: DuckDBConnection,
  table: string,
  rows: readonly (readonly JS[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const appender = await connection.createAppender(table);
  try {
    const types = Array.from({ length: appender.columnCount }, (_, index) => appender.columnType(index));
    for (let start = 0; start < rows.length; start += ROWS_PER_CHUNK) {
      const part = rows.slice(start, start + ROWS_PER_CHUNK);
      const chunk = DuckDBDataChunk.create(types, part.length);
      chunk.setRowsConverted(part, JSToDuckDBValueConverter);
      appender.appendDataChunk(chunk);
    }
  } finally {
    appender.closeSync();
  }
}
