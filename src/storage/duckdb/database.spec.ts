import { install } from '@sinonjs/fake-timers';
import { openTemporaryDatabase, type TemporaryDatabase } from '../../../test/support/temporary-database.js';
import { StoreUnavailableError } from '../metrics.repository.js';
import type { Database } from './database.js';
import { migrateFile } from './migrate-file.js';
import { selectRows } from './sql.js';

describe('Database', () => {
  let temporary: TemporaryDatabase;
  let database: Database;

  beforeEach(async () => {
    temporary = await openTemporaryDatabase();
    ({ database } = temporary);
  });

  afterEach(async () => {
    await temporary.remove();
  });

  it('closes after all pending reads and writes', async () => {
    const writes = Array.from({ length: 20 }, async (_, index) => {
      await database.write(async (connection) => void (await connection.run(`create table t${index} (id integer)`)));
      return 'written';
    });
    const reads = Array.from({ length: 20 }, () =>
      database.read((connection) => selectRows(connection, 'select 1 as one')),
    );
    await database.close();
    expect(await Promise.all(writes)).toEqual(Array(20).fill('written'));
    expect(await Promise.all(reads)).toEqual(Array(20).fill([{ one: 1 }]));
  });

  it('rejects reads and writes after it was closed, also those of a request that is still running', async () => {
    const request = database
      .read((connection) => selectRows(connection, 'select 1'))
      .then(() => database.write(async (connection) => void (await connection.run('create table late (id integer)'))));
    const rejected = expect(request).rejects.toThrow(StoreUnavailableError);
    await database.close();
    await rejected;
    await expect(database.write(() => Promise.resolve())).rejects.toThrow(StoreUnavailableError);
    await expect(database.read(() => Promise.resolve())).rejects.toThrow(StoreUnavailableError);
    await expect(database.runInBackground(() => Promise.resolve())).rejects.toThrow(StoreUnavailableError);
  });

  it('interrupts background work when it is closed, and rejects the work that waits', async () => {
    const endless = 'select count(*) from range(1000000) a, range(1000000) b where a.range * b.range % 7 = 3';
    const running = database.runInBackground((connection) => selectRows(connection, endless));
    const waiting = database.runInBackground(() => Promise.resolve());
    const rejected = [running, waiting].map((work) => expect(work).rejects.toThrow(/interrupted|closed/i));
    await database.close();
    await Promise.all(rejected);
  });

  it('moves the log into the file when background work has ended its transaction', async () => {
    await database.write(async (connection) => void (await connection.run('create table rolled_up as select 1 as id')));
    let checkpoint: Promise<void> | undefined;
    await database.runInBackground(async (connection) => {
      await connection.run('begin');
      await connection.run('update rolled_up set id = 2');
      checkpoint = database.checkpoint();
      await database.write(async (writer) => void (await writer.run('create table meanwhile (id integer)')));
      await connection.run('commit');
    });
    await checkpoint;
    expect(await database.read((connection) => selectRows(connection, 'from rolled_up'))).toEqual([{ id: 2 }]);
  });

  it('interrupts a read that takes too long, and can read afterwards', async () => {
    const timers = install({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
    const endless = 'select count(*) from range(1000000) a, range(1000000) b where a.range * b.range % 7 = 3';
    let failure: unknown;
    void database.read((connection) => selectRows(connection, endless)).catch((error: unknown) => (failure = error));
    // The first interrupt may come before the statement begins.
    while (failure === undefined) {
      timers.tick(60_000);
      await new Promise(setImmediate);
    }
    timers.uninstall();
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect(await database.read((connection) => selectRows(connection, 'select 1 as one'))).toEqual([{ one: 1 }]);
  });

  it('shows a read one state, regardless of concurrent writes', async () => {
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

  it('runs a lookup while all connections for queries are in use', async () => {
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const reads = Array.from({ length: 20 }, () => database.read(() => finished));
    expect(await database.lookUp((connection) => selectRows(connection, 'select 1 as one'))).toEqual([{ one: 1 }]);
    finish();
    await Promise.all(reads);
  });

  it('is healthy until a part of its file cannot be read, and again afterwards', async () => {
    await database.write(async (connection) => void (await migrateFile(connection)));
    const rows = 'select range as id, hash(range) as a, md5(range::varchar) as b from range(200000)';
    await database.write(async (connection) => void (await connection.run(`create table t as ${rows}`)));
    await database.runExclusive(async (connection) => void (await connection.run('checkpoint')));
    await database.verify();
    await database.checkHealth();
    const file = await temporary.reopenDamaged();
    ({ database } = temporary);
    await database.verify();
    await expect(database.checkHealth()).rejects.toThrow(/a part of the data file cannot be read: .*checksum/);
    await file.repair();
    await database.verify();
    await database.checkHealth();
  });

  it('repeats a write with priority that lacks memory, and interrupts queries for it', async () => {
    const endless = 'select count(*) from range(1000000) a, range(1000000) b where a.range * b.range % 7 = 3';
    const query = database.read((connection) => selectRows(connection, endless)).catch((error: unknown) => error);
    let isRunning = true;
    void query.then(() => (isRunning = false));
    await database.runWithPriority(async (connection) => {
      if (isRunning) throw new Error('TransactionContext Error: Failed to commit: failed to pin block');
      await connection.run('create table written (id integer)');
    });
    expect(await query).toBeInstanceOf(StoreUnavailableError);
  });

  it('throws StoreUnavailableError when a write with priority gets no memory', async () => {
    const work = (): Promise<void> => Promise.reject(new Error('Out of Memory Error: failed to pin block'));
    await expect(database.runWithPriority(work)).rejects.toThrow(StoreUnavailableError);
  });

  it('rejects a read when a thousand wait', async () => {
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const read = (): Promise<void> => database.read(() => finished);
    const running = Array.from({ length: 4 }, read);
    await new Promise(setImmediate);
    const waiting = Array.from({ length: 1_000 }, read);
    await expect(read()).rejects.toThrow(StoreUnavailableError);
    finish();
    await Promise.all([...running, ...waiting]);
    await read();
  });
});
