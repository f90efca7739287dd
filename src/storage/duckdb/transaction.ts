import type { DuckDBConnection } from '@duckdb/node-api';
import { retryWithMemory } from './retry-with-memory.js';

/** Runs work in a transaction, which is durable when the promise resolves. When it rejects, nothing of it was stored. */
export async function inTransaction<T>(
  connection: DuckDBConnection,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  try {
    await connection.run('begin');
    const result = await work(connection);
    await awaitCommit(connection.run('commit'));
    return result;
  } catch (error) {
    await rollBack(connection);
    throw error;
  }
}

/**
 * Ends a failed transaction. Without memory, this fails too, and the connection refuses every statement until it succeeds.
 * If it does not, the next transaction cannot begin, and tries again.
 */
async function rollBack(connection: DuckDBConnection): Promise<void> {
  await retryWithMemory(() => connection.run('rollback')).catch(() => undefined);
}

/**
 * Awaits a statement that commits. A commit that is durable counts as successful, even if DuckDB then failed to clean up
 * its file. The next use of the database fails and causes it to be reopened.
 */
export async function awaitCommit(statement: Promise<unknown>): Promise<void> {
  await statement.catch((error: unknown) => {
    // Only at the beginning of the message: every later error quotes this one.
    if (!/^FATAL Error: Transaction COMMIT succeeded and is durable/.test((error as Error).message)) throw error;
  });
}
