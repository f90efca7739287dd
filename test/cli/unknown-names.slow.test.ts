import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fieldsOf } from '../../src/fields/field-declaration.js';
import { Item } from '../../src/model/item.js';
import { runCommand } from '../support/command.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

describe('osf-metrics with the name of something that does not exist', () => {
  let dataDir: string;
  let app: TestApp;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'osf-metrics-names-'));
    app = await TestApp.start();
  });
  afterAll(async () => {
    await app.stop();
    rmSync(dataDir, { recursive: true });
  });

  const run = async (args: string): ReturnType<typeof runCommand> =>
    await runCommand(args.split(' '), {
      environment: { DATA_DIR: dataDir, OSF_METRICS_URL: app.url, OSF_METRICS_KEY: ADMIN_KEY },
    });

  it.each([
    [
      'reporters run --reporter nothing',
      /^unknown reporter nothing: use one of .*download_count, .*\. A new reporter needs .*monthlyReporters.* app\.module\.ts, and a restart/,
    ],
    ['reporters runs --reporter nothing', /^unknown reporter nothing: use one of .*download_count, /],
    ['reporters run --reporter downlod-count', /downlod-count: did you mean download_count\? use one of /],
    ['reports count --type nothing', /^unknown report type nothing: use one of .*download_count, /],
    ['reports export --type nothing', /^unknown report type nothing: use one of .*download_count, /],
    ['reports count --type downlod_count', /downlod_count: did you mean download_count\? use one of /],
    ['import osf8 --from http://127.0.0.1:1 --only Nothing', /^unknown record class Nothing: use one of .*Osf/],
    ['keys create --name a --scope everything', /Allowed choices are usage:write, /],
    ['restore nothing.duckdb', /^unknown backup nothing\.duckdb: none exists\. BACKUP_DIR is .*backups\n$/],
    ['nonsense', /unknown command 'nonsense'\nSee osf-metrics --help\n$/],
    ['items lst', /unknown command 'lst'\n\(Did you mean list\?\)\nSee osf-metrics items --help\n$/],
  ])('%s exits with 2 and lists what exists', async (args, message) => {
    const { code, out, errors } = await run(args);
    expect([code, out]).toEqual([2, '']);
    expect(errors).toMatch(message);
  });

  it('creates no store to run an unknown reporter', async () => {
    const folder = join(dataDir, 'none');
    const { code, errors } = await runCommand(['reporters', 'run', '--reporter', 'nothing'], {
      environment: { DATA_DIR: folder },
    });
    expect([code, errors]).toEqual([
      2,
      expect.stringMatching(/^unknown reporter nothing: use one of .*download_count, /),
    ]);
    expect(existsSync(folder)).toBe(false);
  });

  it('lists the backups that can be restored', async () => {
    const backup = join(dataDir, 'backups', 'osf-metrics-2026-11-01T00-10-00Z.duckdb');
    mkdirSync(join(dataDir, 'backups'));
    writeFileSync(backup, '');
    const misspelt = backup.replace('.duckdb', '.ducdb');
    const { code, errors } = await run(`restore ${misspelt}`);
    expect([code, errors]).toEqual([2, expect.stringContaining(`did you mean ${backup}? use one of ${backup}`)]);
  });

  it('lists the fields of items and the exit codes in the help', async () => {
    const { out: help } = await run('items import --help');
    for (const { name, description } of fieldsOf(Item)) expect(help).toContain(`${name.padEnd(18)}${description}`);
    expect(help).toContain('(text, required)');
    expect((await run('--help')).out).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}130 /);
  });
});
