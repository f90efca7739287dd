import { openTemporaryDatabase, type TemporaryDatabase } from '../../../test/support/temporary-database.js';
import { IntegerField, TextField } from '../../fields/field.js';
import type { Database } from './database.js';
import { DeclaredTable } from './declared-table.js';

class Before {
  @TextField('A name')
  name: string;

  @IntegerField('A count')
  count: number;
}

class After {
  @TextField('A field declared later')
  added: string | null;

  @TextField('A name')
  name: string;
}

class Changed {
  @TextField('A count, as text')
  count: string;
}

describe('DeclaredTable', () => {
  let temporary: TemporaryDatabase;
  let database: Database;

  beforeEach(async () => {
    temporary = await openTemporaryDatabase();
    ({ database } = temporary);
    await save(Before, { old: { name: 'old', count: 1 } });
  });
  afterEach(async () => {
    await temporary.remove();
  });

  async function save<T extends object>(type: new () => T, records: Record<string, T>): Promise<DeclaredTable<T>> {
    const table = new DeclaredTable('things', type);
    await database.write((connection) => table.prepare(connection));
    await database.write((connection) => table.replace(connection, new Map(Object.entries(records))));
    return table;
  }

  it('keeps stored values when a field is added and another is removed', async () => {
    const table = await save(After, { new: { name: 'new', added: 'value' } });
    const records = await database.read((connection) => table.select(connection, 'order by record_key'));
    expect(records).toEqual([
      { name: 'new', added: 'value' },
      { name: 'old', added: null },
    ]);
    const before = await save(Before, {});
    expect(await database.read((connection) => before.select(connection, 'order by record_key'))).toEqual([
      { name: 'new', count: null },
      { name: 'old', count: 1 },
    ]);
  });

  it('rejects a field whose type differs from the stored one, and says what to do', async () => {
    await expect(save(Changed, {})).rejects.toThrow(
      'the field count of Changed is declared as VARCHAR, but stored as BIGINT: give the field another name, which keeps the stored values, or move DATA_DIR away to start with an empty store',
    );
  });

  it('looks up records of older files and new ones, by one value or several', async () => {
    await database.write(async (connection) => {
      await connection.run('alter table things drop column lookup_hash');
    });
    const table = await save(Before, { 'süß 😀': { name: 'new', count: 2 } });
    const find = async (keys: string[]) => {
      const { sql, values } = table.compileLookup(keys);
      const records = await database.read((connection) =>
        table.select(connection, `where ${sql} order by name`, values),
      );
      return records.map(({ name }) => name);
    };
    expect(await find(['old'])).toEqual(['old']);
    expect(await find(['süß 😀'])).toEqual(['new']);
    expect(await find(['old', 'süß 😀', 'other'])).toEqual(['new', 'old']);
    expect(await find(['old', ...Array.from({ length: 100 }, (_, index) => `other ${index}`)])).toEqual(['old']);
    expect(await find(['other'])).toEqual([]);
    expect(await find([])).toEqual([]);
  });

  it('looks up keys that have special characters in SQL', async () => {
    const keys = [`it's`, `''); drop table things; --`, 'a\0b', 'a', 'back\\slash', '?', ''];
    const table = await save(Before, Object.fromEntries(keys.map((name) => [name, { name, count: 1 }])));
    const find = async (searched: string[]) => {
      const { sql, values } = table.compileLookup(searched);
      return await database.read((connection) => table.select(connection, `where ${sql} order by record_key`, values));
    };
    for (const key of keys) expect((await find([key])).map(({ name }) => name)).toEqual([key]);
    expect(await find(keys)).toHaveLength(keys.length);
  });
});
