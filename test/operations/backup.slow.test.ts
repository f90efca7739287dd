import {
  chownSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackupScheduler } from '../../src/backups/backup-scheduler.service.js';
import { aUsage } from '../support/builders.js';
import { type CommandResult, runCommand } from '../support/command.js';
import { describeEmbedded } from '../support/store.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

/** A user other than root. */
const NOBODY_ID = 65_534;
const asRoot = process.getuid?.() === 0 ? it : it.skip;

describeEmbedded('backups of the embedded store', () => {
  let app: TestApp;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'osf-metrics-backup-'));
    app = await TestApp.start();
  });
  afterEach(async () => {
    await app.stop();
    rmSync(folder, { recursive: true });
  });

  async function record(count: number, offset = 0): Promise<void> {
    const data = Array.from({ length: count }, (_, index) => ({
      attributes: aUsage({ at: '2026-11-20T10:00:00Z', session: `s${offset + index}` }),
    }));
    await app.json('events/counted_usage/batch', { body: { data }, key: TRUSTED_KEY });
  }

  async function backUp(path: string): Promise<CommandResult> {
    return await runCommand(['backup', path, '--url', app.url, '--key', ADMIN_KEY]);
  }

  const restore = async (dataDir: string, ...file: string[]): Promise<CommandResult> =>
    await runCommand(['restore', ...file], { environment: { DATA_DIR: dataDir } });

  it('holds every usage that was acknowledged before, while the service records', async () => {
    let acknowledged = 0;
    let isDone = false;
    const recording = (async () => {
      for (; !isDone; acknowledged += 50) await record(50, acknowledged);
    })();
    while (acknowledged === 0) await new Promise(setImmediate);
    const before = acknowledged;
    const path = join(folder, 'copy.duckdb');
    const { code, out } = await backUp(path);
    isDone = true;
    await recording;
    expect(code).toBe(0);
    const saved = Number(/^saved (\d+) usages/.exec(out)?.[1]);
    expect(saved).toBeGreaterThanOrEqual(before);
    expect(saved).toBeLessThanOrEqual(acknowledged);
    expect(statSync(path).mode & 0o777).toBe(0o600);

    const dataDir = join(folder, 'data');
    expect((await restore(dataDir, path)).out).toMatch(new RegExp(`^restored ${saved} usages, `));
    const restored = await TestApp.start({ DATA_DIR: dataDir });
    const response = await restored.request('events/counted_usage/', { method: 'HEAD', key: ADMIN_KEY });
    expect(response.headers.get('X-Total-Count')).toBe(String(saved));
    await restored.stop();
  });

  it('makes a backup every day and keeps two', async () => {
    await record(1);
    const scheduler = app.nest.get(BackupScheduler, { strict: false });
    for (let day = 0; day < 3; day += 1) {
      await scheduler.makeIfDue();
      app.clock.advance(3_600);
      await scheduler.makeIfDue();
      app.clock.advance(23 * 3_600);
    }
    expect(readdirSync(join(app.dataDir, 'backups'))).toEqual([
      'osf-metrics-2026-11-25T12-00-00Z.duckdb',
      'osf-metrics-2026-11-26T12-00-00Z.duckdb',
    ]);
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    const newest = Date.parse('2026-11-26T12:00:00Z') / 1_000;
    expect(metrics).toContain(`osf_metrics_backup_timestamp_seconds ${newest}\n`);
  });

  it('restores the newest intact backup, and keeps the replaced store', async () => {
    const scheduler = app.nest.get(BackupScheduler, { strict: false });
    const { dataDir } = app;
    await record(3);
    await scheduler.makeIfDue();
    app.clock.advance(86_400);
    await record(4, 100);
    await scheduler.makeIfDue();
    await app.stop({ keepData: true });
    const [older = '', newer = ''] = readdirSync(join(dataDir, 'backups')).sort();
    overwrite(join(dataDir, 'backups', newer), 16_384);

    const { code, out, errors } = await restore(dataDir);
    expect(code).toBe(0);
    expect(errors).toContain(`cannot use ${join(dataDir, 'backups', newer)}`);
    expect(out).toMatch(new RegExp(`restored 3 usages, .*${older}\n`));
    expect(out).toMatch(
      /restored 4 later usages from the journal\nthe replaced store is in .*; delete this folder when you have checked .*\n$/,
    );
    const replaced = readdirSync(dataDir).find((name) => name.startsWith('replaced-')) ?? '';
    expect(existsSync(join(dataDir, replaced, 'osf-metrics.duckdb'))).toBe(true);
    app = await TestApp.start({ DATA_DIR: dataDir });
    const response = await app.request('events/counted_usage/', { method: 'HEAD', key: ADMIN_KEY });
    expect(response.headers.get('X-Total-Count')).toBe('7');
  });

  it('replaces a store by the journal alone only if the store is damaged', async () => {
    const { dataDir } = app;
    await record(3);
    await app.stop({ keepData: true });
    const backupDir = join(folder, 'elsewhere');
    const intact = await runCommand(['restore'], { environment: { DATA_DIR: dataDir, BACKUP_DIR: backupDir } });
    expect(intact).toMatchObject({
      code: 1,
      out: '',
      errors: expect.stringMatching(/there is no backup, and the store in .* is intact, with 3 usages, /) as string,
    });
    expect(readdirSync(dataDir).filter((name) => name.startsWith('replaced-'))).toEqual([]);

    overwrite(join(dataDir, 'osf-metrics.duckdb'), 0);
    const damaged = await restore(dataDir);
    expect(damaged).toMatchObject({
      code: 0,
      errors: expect.stringContaining('items, reports and moderation steps did not come back') as string,
    });
    expect(damaged.out).toMatch(/^restored 3 usages from the journal\n/);
    app = await TestApp.start({ DATA_DIR: dataDir });
  });

  asRoot('gives restored files to the owner of the data folder when root restores them', async () => {
    const { dataDir } = app;
    await record(1);
    await app.nest.get(BackupScheduler, { strict: false }).makeIfDue();
    await app.stop({ keepData: true });
    chownSync(dataDir, NOBODY_ID, NOBODY_ID);
    expect((await restore(dataDir)).code).toBe(0);
    const names = readdirSync(dataDir, { recursive: true }).map(String);
    expect(names).toContain('osf-metrics.duckdb');
    for (const name of names) expect([name, statSync(join(dataDir, name)).uid]).toEqual([name, NOBODY_ID]);
    app = await TestApp.start({ DATA_DIR: dataDir });
  });

  it('does not restore while a service runs, nor from another file', async () => {
    const other = join(folder, 'other.duckdb');
    expect(await restore(join(folder, 'data'), other)).toMatchObject({
      code: 2,
      errors: expect.stringMatching(other) as string,
    });
    expect(await restore(join(folder, 'data'))).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/no intact backup in BACKUP_DIR/) as string,
    });
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('requires an admin key', async () => {
    expect((await app.request('backup')).status).toBe(401);
    expect((await app.request('backup', { key: TRUSTED_KEY })).status).toBe(403);
  });

  function overwrite(path: string, position: number): void {
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4_096, 0x55), 0, 4_096, position);
    closeSync(file);
  }
});
