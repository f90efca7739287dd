import type { DuckDBConnection } from '@duckdb/node-api';
import { openTemporaryDatabase, type TemporaryDatabase } from '../../../test/support/temporary-database.js';
import { selectRows } from './sql.js';
import { inTransaction } from './transaction.js';

describe('inTransaction', () => {
  let temporary: TemporaryDatabase;

  beforeEach(async () => {
    temporary = await openTemporaryDatabase();
  });
  afterEach(async () => {
    await temporary.remove();
  });

  /** A connection whose first rollbacks fail. */
  function withFailingRollbacks(connection: DuckDBConnection, failures: number): DuckDBConnection {
    const run = async (sql: string): Promise<unknown> => {
      if (sql === 'rollback' && failures-- > 0) throw new Error('Out of Memory Error: failed to allocate data');
      return await connection.run(sql);
    };
    return { run } as DuckDBConnection;
  }

  const fail = async (connection: DuckDBConnection): Promise<void> => void (await connection.run("select error('x')"));

  it('rolls back again when there was no memory for it', async () => {
    await temporary.database.runExclusive(async (writer) => {
      const connection = withFailingRollbacks(writer, 1);
      await expect(inTransaction(connection, fail)).rejects.toThrow('Invalid Input Error: x');
      await inTransaction(connection, async () => void (await connection.run('create table written (id integer)')));
    });
    const read = temporary.database.read((connection) => selectRows(connection, 'select * from written'));
    expect(await read).toEqual([]);
  });

  it('ends a failed transaction before the next one when it could not be rolled back at once', async () => {
    await temporary.database.runExclusive(async (writer) => {
      const connection = withFailingRollbacks(writer, 6);
      await expect(inTransaction(connection, fail)).rejects.toThrow('Invalid Input Error: x');
      await expect(inTransaction(connection, () => Promise.resolve())).rejects.toThrow('TransactionContext Error');
      await inTransaction(connection, () => Promise.resolve());
    });
  });
});
