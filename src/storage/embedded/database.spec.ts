import { openTemporaryDatabase, type TemporaryDatabase } from '../../../test/support/temporary-database.js';
import { StoreUnavailableError } from '../metrics-repository.js';
import { type Database, selectRows } from './database.js';

describe('closing the file of the embedded store', () => {
  let temporary: TemporaryDatabase;
  let database: Database;

  beforeEach(async () => {
    temporary = await openTemporaryDatabase();
    ({ database } = temporary);
  });

  afterEach(async () => {
    await temporary.remove();
  });

  it('waits for every read and write that was asked for before', async () => {
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

  it('refuses what a request goes on to ask for, whose client is gone', async () => {
    const request = database
      .read((connection) => selectRows(connection, 'select 1'))
      .then(() => database.write(async (connection) => void (await connection.run('create table late (id integer)'))));
    const refused = expect(request).rejects.toThrow(StoreUnavailableError);
    await database.close();
    await refused;
    await expect(database.write(() => Promise.resolve())).rejects.toThrow(StoreUnavailableError);
    await expect(database.read(() => Promise.resolve())).rejects.toThrow(StoreUnavailableError);
  });
});
