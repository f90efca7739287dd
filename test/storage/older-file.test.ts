import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { MIGRATIONS } from '../../src/storage/duckdb/migrations.js';
import { stored } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

/** How many migrations the first version had that stored usages. */
const FIRST_VERSION = 2;

describe('the file of another version of the service', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-'));
  });
  afterEach(async () => {
    await rm(dataDir, { recursive: true });
  });

  async function writeFile(version: number, ...statements: string[]): Promise<void> {
    const instance = await DuckDBInstance.create(join(dataDir, 'osf-metrics.duckdb'));
    const connection = await instance.connect();
    const migrations = MIGRATIONS.slice(0, version);
    const made = [...migrations, `create table schema_version as select ${version}::integer as version`, ...statements];
    for (const statement of made) await connection.run(statement);
    connection.closeSync();
    instance.closeSync();
  }

  it('is brought up to date where it lies, with all that it holds', async () => {
    await writeFile(
      FIRST_VERSION,
      `insert into usage_contexts values (1, 'x', 'https://osf.io/', null, 'https://osf.io/abc12', 'abc12', 'Project', true,
         'osf', ['https://osf.io/abc12'])`,
      `insert into usages_recent values (1, '2026-01-01', 1, 'session', false, 4, 0, null, null, null, null, null, null)`,
    );
    const app = await TestApp.start({ DATA_DIR: dataDir });
    expect(await stored(app)).toMatchObject([{ item_osfid: 'abc12', timestamp: '2026-01-01T00:00:00.000Z' }]);
    await app.stop({ keepData: true });
    const again = await TestApp.start({ DATA_DIR: dataDir });
    expect(await stored(again)).toHaveLength(1);
    await again.stop({ keepData: true });
  });

  it('is left alone when the version was a newer one', async () => {
    await writeFile(MIGRATIONS.length, 'update schema_version set version = version + 1');
    await expect(TestApp.start({ DATA_DIR: dataDir })).rejects.toThrow(/used by a newer version of this service/);
  });
});
