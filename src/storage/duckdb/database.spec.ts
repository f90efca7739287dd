import { jest } from '@jest/globals';
import { openTemporaryDatabase, type TemporaryDatabase } from '../../../test/support/temporary-database.js';
import { StoreUnavailableError } from '../metrics.repository.js';
import { type Database, selectRows } from './database.js';

describe('the file of the embedded store', () => {
  let temporary: TemporaryDatabase;
  let database: Database;

  beforeEach(async () => {
    temporary = await openTemporaryDatabase();
    ({ database } = temporary);
  });

  afterEach(async () => {
    await temporary.remove();
  });

  it('is closed after every read and write that was asked for before', async () => {
    const asked = Array.from({ length: 20 }, async (_, index) => {
      await database.write(async (connection) => void (await connection.run(`create table t${index} (id integer)`)));
      return 'written';
    });
    const read = Array.from({ length: 20 }, () =>
      database.read((connection) => selectRows(connection, 'select 1 as one')),
    );
    await database.close();
    expect(await Promise.all(asked)).toEqual(Array(20).fill('written'));
    expect(await Promise.all(read)).toEqual(Array(20).fill([{ one: 1 }]));
  });

  it('refuses when it is closed what a request goes on to ask for, whose client is gone', async () => {
    const request = database
      .read((connection) => selectRows(connection, 'select 1'))
      .then(() => database.write(async (connection) => void (await connection.run('create table late (id integer)'))));
    const refused = expect(request).rejects.toThrow(StoreUnavailableError);
    await database.close();
    await refused;
    await expect(database.write(() => Promise.resolve())).rejects.toThrow(StoreUnavailableError);
    await expect(database.read(() => Promise.resolve())).rejects.toThrow(StoreUnavailableError);
  });

  it('gives up a read that nobody waits for any more, and reads on', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
    const forever = 'select count(*) from range(1000000) a, range(1000000) b where a.range * b.range % 7 = 3';
    let failure: unknown;
    void database.read((connection) => selectRows(connection, forever)).catch((error: unknown) => (failure = error));
    // The statement may not have begun when it is interrupted first.
    while (failure === undefined) {
      jest.advanceTimersByTime(60_000);
      await new Promise(setImmediate);
    }
    jest.useRealTimers();
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect(await database.read((connection) => selectRows(connection, 'select 1 as one'))).toEqual([{ one: 1 }]);
  });

  it('shows a read one state, whatever is written meanwhile', async () => {
    const write = (sql: string): Promise<void> =>
      database.write(async (connection) => void (await connection.run(sql)));
    const countRows = 'select count(*)::integer as rows from t';
    await write('create table t as select 1 as id');
    const counts = await database.read(async (connection) => {
      const before = await selectRows(connection, countRows);
      await write('insert into t values (2)');
      return [...before, ...(await selectRows(connection, countRows))];
    });
    expect(counts).toEqual([{ rows: 1 }, { rows: 1 }]);
    expect(await database.read((connection) => selectRows(connection, countRows))).toEqual([{ rows: 2 }]);
  });

  it('looks something up while every reader is busy', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const reads = Array.from({ length: 20 }, () => database.read(() => answered));
    expect(await database.lookUp((connection) => selectRows(connection, 'select 1 as one'))).toEqual([{ one: 1 }]);
    answer();
    await Promise.all(reads);
  });

  it('refuses reads when a thousand wait', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const read = (): Promise<void> => database.read(() => answered);
    const begun = Array.from({ length: 4 }, read);
    await new Promise(setImmediate);
    const waiting = Array.from({ length: 1_000 }, read);
    await expect(read()).rejects.toThrow(StoreUnavailableError);
    answer();
    await Promise.all([...begun, ...waiting]);
    await read();
  });
});
