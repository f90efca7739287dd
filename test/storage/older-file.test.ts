import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDbRepository } from '../../src/storage/duckdb/duckdb.repository.js';
import { MIGRATIONS } from '../../src/storage/duckdb/migrations.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { record, run } from '../support/reporter-runs.js';
import { aPageview, register, send, stored } from '../support/send-usage.js';
import { TestApp, TRUSTED_KEY } from '../support/test-app.js';

/** The number of migrations in the first version that stored usages. */
const FIRST_VERSION = 2;

describe('the data file of another version', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-'));
  });
  afterEach(async () => {
    await rm(dataDir, { recursive: true });
  });

  async function writeFile(version: number, ...statements: string[]): Promise<void> {
    const versionTable = `create table schema_version as select ${version}::integer as version`;
    await changeFile(...MIGRATIONS.slice(0, version), versionTable, ...statements);
  }

  async function changeFile(...statements: string[]): Promise<void> {
    const instance = await DuckDBInstance.create(join(dataDir, 'osf-metrics.duckdb'));
    const connection = await instance.connect();
    for (const statement of statements) await connection.run(statement);
    connection.closeSync();
    instance.closeSync();
  }

  it('updates the file of an older version in place and keeps its usages', async () => {
    await writeFile(
      FIRST_VERSION,
      `insert into usage_contexts values (1, 'x', 'https://osf.io/', null, 'https://osf.io/abc12', 'abc12', 'Project', true,
         'osf', ['https://osf.io/abc12'])`,
      `insert into usages_recent values (1, '2026-01-01', 1, 'session', false, 4, 0, null, null, null, null, null, null)`,
    );
    const app = await TestApp.start({ DATA_DIR: dataDir });
    expect(await stored(app)).toMatchObject([{ item_osfid: 'abc12', timestamp: '2026-01-01T00:00:00.000Z' }]);
    await app.stop({ keepData: true });
    const restarted = await TestApp.start({ DATA_DIR: dataDir });
    expect(await stored(restarted)).toHaveLength(1);
    await restarted.stop({ keepData: true });
  });

  it('removes the versions of preprints from the IRIs of an older version', async () => {
    await writeFile(
      4,
      `insert into usage_contexts values
         (1, 'x', 'https://osf.io/', null, 'https://osf.io/prepr_v1', 'prepr_v1', 'Preprint', true, 'osf',
           ['https://osf.io/prepr_v1']),
         (2, 'y', 'https://osf.io/', null, 'https://osf.io/file1', 'file1', 'File', true, 'osf',
           ['https://osf.io/file1', 'https://osf.io/prepr_v2'])`,
      `insert into usages_recent values
         (1, '2026-01-01', 1, 'a', false, 2, 0, null, null, null, null, null, null),
         (2, '2026-01-02', 2, 'b', false, 2, 0, null, null, null, null, null, null)`,
    );
    const app = await TestApp.start({ DATA_DIR: dataDir });
    expect(await stored(app)).toMatchObject([
      { item_iri: 'https://osf.io/prepr', within_iris: ['https://osf.io/prepr'] },
      { item_iri: 'https://osf.io/file1', within_iris: ['https://osf.io/file1', 'https://osf.io/prepr'] },
    ]);
    const path = 'query/item_usage/prepr/?period=total';
    await app.json('items/prepr/', { method: 'PUT', body: { public: true }, key: TRUSTED_KEY });
    const { data } = await app.json<{ data: { attributes: { total: object } } }>(path);
    expect(data.attributes.total).toMatchObject({ view_count: 2 });
    await app.stop({ keepData: true });
  });

  it('removes queries, fragments and user information from URLs, and from every byte of the file', async () => {
    const page = (id: number, url: string, referer: string): string =>
      `(${id}, '2026-01-0${id}', 1, 's', false, 4, 0, '${url}', 't', '${referer}', null, '/abc12', 'x')`;
    await writeFile(
      5,
      `insert into usage_contexts values (1, 'x', 'https://osf.io/', null, 'https://osf.io/abc12', 'abc12', 'Project', true,
         'osf', ['https://osf.io/abc12'])`,
      `insert into usages_recent values ${[
        page(1, 'https://osf.io/abc12?view_only=secret1', 'https://osf.io/def34?token=secret2'),
        page(2, 'https://user:secret3@osf.io/abc12#/secret4', 'https://user:secret5@mail.example/in/secret6?q=secret7'),
        page(3, 'https://osf.io/abc12#secret8', 'android-app://secret9'),
      ].join(', ')}`,
      `insert into usages_settled values ${page(4, 'https://osf.io/abc12', 'https://osf.io/').slice(0, -1)}, 1)`,
    );
    const app = await TestApp.start({ DATA_DIR: dataDir });
    const pages = (await stored(app)).map(({ pageview_info }) => [
      pageview_info?.page_url,
      pageview_info?.page_url_hash,
      pageview_info?.referer_url,
    ]);
    const anyHash = expect.stringMatching(/^[0-9a-f]{22}$/) as string;
    expect(pages).toEqual([
      ['https://osf.io/abc12', anyHash, 'https://osf.io/def34'],
      ['https://osf.io/abc12', anyHash, 'https://mail.example'],
      ['https://osf.io/abc12', null, null],
      ['https://osf.io/abc12', null, 'https://osf.io/'],
    ]);
    expect(await send(app, aPageview())).toBe(201);
    await app.stop({ keepData: true });
    for (const file of readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())) {
      expect(readFileSync(join(file.parentPath, file.name), 'latin1')).not.toMatch(/secret\d/);
    }
  });

  it('adds columns for fields that the older version did not declare', async () => {
    const older = ['usages_recent', 'usages_settled'].map((table) => `alter table ${table} drop column page_path`);
    await writeFile(
      MIGRATIONS.length,
      ...older,
      'alter table usage_contexts drop column database_iri',
      `insert into usage_contexts values (1, 'x', 'https://osf.io/', 'https://osf.io/abc12', 'abc12', 'Project', true, 'osf',
         ['https://osf.io/abc12'], 0)`,
      `insert into usages_recent values
         (1, '2026-11-23', 1, 'session', false, 4, 0, 'https://osf.io/abc12', null, null, null, null, null)`,
      `insert into usages_settled values
         (0, '2026-11-22', 1, 'session', false, 4, 0, 'https://osf.io/abc12', null, null, null, null, 1, null)`,
    );
    const app = await TestApp.start({ DATA_DIR: dataDir });
    await send(app, aPageview());
    const paths = (await stored(app)).map(({ pageview_info }) => pageview_info?.page_path);
    expect(paths).toEqual([null, null, '/abc12/files']);
    await app.nest.get<DuckDbRepository>(MetricsRepository).clusterUsages(1);
    expect((await stored(app)).map(({ pageview_info }) => pageview_info?.page_path)).toEqual(paths);
    await app.stop({ keepData: true });
  });

  it('counts the items of a version that stored no hashes of items', async () => {
    const usage = 'query/usage/?start_date=2026-10-01&end_date=2026-11-24&group_by=item&compare=previous';
    const app = await TestApp.start({ DATA_DIR: dataDir });
    for (const item of ['item1', 'item2']) await register(app, item);
    await record(app, [
      { item: 'item1', at: '2026-10-05T12:00:00Z', session: 'a' },
      { item: 'item2', at: '2026-10-05T12:00:00Z', session: 'a' },
      { item: 'item2', at: '2026-11-23T12:00:00Z', session: 'b' },
    ]);
    await run(app, 'public_item_usage', '2026-10');
    const before = await app.json<{ data: object[] }>(usage);
    expect(before.data).toMatchObject([{ id: 'item2' }, { id: 'item1' }]);
    await app.stop({ keepData: true });
    await changeFile(
      'alter table usage_contexts drop column item_hash',
      'alter table monthly_item_usage drop column item_hash',
      `update schema_version set version = ${MIGRATIONS.length - 1}`,
    );
    const updated = await TestApp.start({ DATA_DIR: dataDir });
    expect(await updated.json(usage)).toEqual(before);
    await updated.stop({ keepData: true });
  });

  it('refuses the file of a newer version', async () => {
    await writeFile(MIGRATIONS.length, 'update schema_version set version = version + 1');
    await expect(TestApp.start({ DATA_DIR: dataDir })).rejects.toThrow(/used by a newer version of this service/);
  });
});
