import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { hashApiKey, parseApiKey } from '../../src/config/api-key.js';
import { AnsweringServer } from '../support/answering-server.js';
import { type CommandResult, runCommand } from '../support/command.js';
import { ServiceProcess } from '../support/service-process.js';

/** A user other than root. */
const NOBODY_ID = 65_534;

describe('osf-metrics', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'osf-metrics-cli-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  async function run(args: string, input = '', environment: Record<string, string> = {}): Promise<CommandResult> {
    return await runCommand(args.split(' '), { input, environment: { DATA_DIR: dataDir, ...environment } });
  }

  const items = [
    { guid: 'abc12', public: true, item_type: 'Project' },
    { guid: 'fil34', public: true, item_type: 'File', provider_id: 'osfstorage', parent_guid: 'abc12' },
  ];
  const usages = [1, 2, 3].map((day) => ({
    item_guid: 'fil34',
    action_labels: ['download', 'web'],
    client_session_id: `s${day}`,
    timestamp: `2026-01-0${day}T10:00:00.000Z`,
  }));
  const lines = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

  it('works without a running service', async () => {
    expect(await run('items import', lines(items))).toMatchObject({ code: 0, out: '2 saved\n', errors: '' });
    const listed = await run('items list');
    expect(
      listed.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject(items);
    expect((await run('usages import -', lines(usages))).out).toBe('3 recorded\n');
    expect(await run('reporters run --reporter public-item-usage --month 2026-01')).toMatchObject({
      code: 0,
      out: 'public_item_usage 2026-01: succeeded, 2 reports saved\n',
      errors: '',
    });
    expect((await run('reporters run --daily --from 2026-01-02 --to 2026-01-03')).out).toBe(
      'download_count 2026-01-02: succeeded, 1 report saved\ndownload_count 2026-01-03: succeeded, 1 report saved\n',
    );
    const runs = JSON.parse((await run('reporters runs --reporter download-count --json')).out) as {
      attributes: object;
    }[];
    expect(runs.map(({ attributes }) => attributes)).toMatchObject([
      { cycle: '2026-01-03', state: 'succeeded' },
      { cycle: '2026-01-02', state: 'succeeded' },
    ]);
  });

  it('uses the service that runs on the data folder, or the one at --url', async () => {
    const service = await ServiceProcess.start({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
    expect((await run('items import', lines(items))).out).toBe('2 saved\n');
    const { adminKey } = JSON.parse(readFileSync(join(dataDir, 'service.json'), 'utf8')) as { adminKey: string };
    const elsewhere = { DATA_DIR: join(dataDir, 'elsewhere') };
    const listed = await run(`items list --url ${service.url} --key ${adminKey}`, '', elsewhere);
    expect([listed.code, listed.out.trim().split('\n').length]).toEqual([0, 2]);
    const refused = await run(`items list --url ${service.url} --key wrong`, '', elsewhere);
    expect(refused).toMatchObject({
      code: 1,
      out: '',
      errors: 'the API key is unknown: an API key with the scope items:read is required\n',
    });
    await service.end('SIGKILL');
    // The killed service has left its service.json behind.
    expect((await run('items list')).out.trim().split('\n')).toHaveLength(2);
  });

  it('exports all usages or a range of days, in the format of the import', async () => {
    await run('usages import', lines(usages));
    const all = await run('usages export');
    const [one] = [await run('usages export --from 2026-01-02 --until 2026-01-02')];
    expect(all.out.trim().split('\n')).toHaveLength(3);
    expect(all.out).toContain(one.out);
    expect(one.out.trim().split('\n')).toHaveLength(1);
    expect((await run('usages export --from 2026-01-02 --to 2026-01-02')).out).toBe(one.out);
    rmSync(dataDir, { recursive: true });
    const file = join(tmpdir(), `${dataDir.slice(-6)}.jsonl`);
    writeFileSync(file, all.out);
    expect((await run(`usages import ${file}`)).code).toBe(0);
    rmSync(file);
    expect((await run('usages export')).out).toBe(all.out);
  });

  it('names rejected lines, imports the others, and fails', async () => {
    const result = await run('usages import', `${lines(usages)}\nnonsense\n{"item_guid": "a"}\n`);
    expect(result).toMatchObject({ code: 1, out: '3 recorded, 2 rejected\n' });
    expect(result.errors).toMatch(/^line 5: is not JSON\nline 6: action_labels .*\nrejected 2 lines\n$/);
  });

  it('prints a reason that many lines share once, with the first lines', async () => {
    const result = await run('usages import', `${lines(usages)}\n${'nonsense\n'.repeat(1_200)}`);
    expect(result).toMatchObject({ code: 1, out: '3 recorded, 1200 rejected\n' });
    expect(result.errors).toBe('line 5, line 6, line 7 and 1197 more: is not JSON\nrejected 1200 lines\n');
  });

  describe('with a running service', () => {
    let folder: string;
    let service: ServiceProcess;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'osf-metrics-cli-'));
      service = await ServiceProcess.start({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
    });
    afterAll(async () => {
      await service.end('SIGTERM');
      rmSync(folder, { recursive: true });
    });

    it.each<[string, number, RegExp]>([
      ['usages import /does/not/exist', 1, /cannot read/],
      ['usages export --from 2026-02-30', 2, /--from .*must be a date/],
      ['reports count --from 2026-10-02 --until 2026-10-01', 2, /--until must not be before --from/],
      ['usages count --url nope --key k', 2, /--url .*must be a URL/],
      ['reporters run --daily --reporter download-count', 2, /cannot be combined with --daily/],
      ['reporters run', 2, /--reporter, --daily or --monthly/],
      ['reporters run --reporter spam_summary', 1, /OSF_DATABASE_URL/],
      ['reporters run --reporter download-count --month 2026-01', 2, /--date/],
      ['reporters run --reporter download-count --date 2026-02-30', 2, /not a date/],
      ['reporters run --reporter download-count --date 2999-01-01', 1, /future/],
      ['reporters run --daily --from 2026-01-02 --to 2026-01-01', 2, /before/],
      ['reporters run --daily --from 2026-01-02 --until 2026-01-01', 2, /before/],
      ['reporters run --nonsense', 2, /unknown option/],
      ['keys create --name a/b --scope admin', 2, /letters, digits/],
      ['items list --url http://127.0.0.1:1', 2, /--key/],
      ['items list --url http://127.0.0.1:65535 --key k', 1, /cannot be reached: connect ECONNREFUSED/],
    ])('%s exits with %i and the reason', async (args, code, reason) => {
      const result = await run(args, '', { DATA_DIR: folder });
      expect(result.code).toBe(code);
      expect(result.out).toBe('');
      expect(result.errors).toMatch(reason);
    });
  });

  it('names the place in a rejected line', async () => {
    const item = { guid: 'abc12', public: true, authors: [{ name: 'Ada' }, { nam: 'Bob' }] };
    const { errors } = await run('items import', lines([item]));
    expect(errors).toBe('line 1: authors/1/name: name must be a string\nrejected 1 line\n');
  });

  it('waits while a reporter is running for another cycle', async () => {
    const json =
      (status: number, body: object): RequestListener =>
      (_request, response) =>
        response.writeHead(status).end(JSON.stringify(body));
    const attributes = { period: 'daily', unavailable: null, latest_run: null };
    const service = await AnsweringServer.start(
      json(200, { data: [{ id: 'download_count', attributes }] }),
      json(409, { errors: [{ title: 'Conflict', detail: 'download_count is already running' }] }),
      json(202, {
        data: {
          id: 'a',
          attributes: {
            reporter: 'download_count',
            cycle: '2026-01-01',
            state: 'succeeded',
            reports_saved: 1,
            error: null,
          },
        },
      }),
    );
    const command = `reporters run --reporter download-count --date 2026-01-01 --url ${service.url} --key k`;
    expect(await run(command)).toMatchObject({
      code: 0,
      out: 'download_count 2026-01-01: succeeded, 1 report saved\n',
      errors: '',
    });
    service.stop();
  });

  it('lists the reason of a failed run', async () => {
    const latest_run = { cycle: '2026-10', state: 'failed', error: 'invalid MonthlyReport: count is many' };
    const data = [{ id: 'downloads', attributes: { period: 'monthly', unavailable: null, latest_run } }];
    const service = await AnsweringServer.start((_request, response) => response.end(JSON.stringify({ data })));
    const { out } = await run(`reporters list --url ${service.url} --key k`);
    expect(out).toMatch(/^downloads +monthly +failed for 2026-10 \(invalid MonthlyReport: count is many\)\n$/);
    service.stop();
  });

  it('prints what is wrong with the configuration', async () => {
    expect(await run('items list', '', { PORT: 'x' })).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/^PORT=x: must be an integer from 0 to 65535\n$/) as string,
    });
  });

  it.each(['check', 'setup', 'upgrade'])('has nothing to do for storage %s on the embedded store', async (command) => {
    expect(await run(`storage ${command}`)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^nothing to set up: ELASTICSEARCH_URL is not set[^\n]*\n$/) as string,
      errors: '',
    });
  });

  it('prints one line if the data folder cannot be used', async () => {
    const environment = { DATA_DIR: '/dev/null/data' };
    const file = join(dataDir, 'list.json');
    writeFileSync(file, JSON.stringify(Array.from({ length: 200 }, (_, number) => ({ pattern: `robot ${number}` }))));
    for (const args of ['items import', `robots update --from ${file}`]) {
      const { code, errors } = await run(args, '', environment);
      expect([args, code]).toEqual([args, 1]);
      expect(errors).toMatch(/^DATA_DIR=\/dev\/null\/data: [^\n]* \/dev\/null is not a folder\n$/);
    }
  });

  const canRunAsNobody =
    spawnSync(process.execPath, ['dist/cli/main.js', '--version'], { uid: NOBODY_ID }).status === 0;
  (canRunAsNobody ? it : it.skip)('says that the user may not use the data folder', async () => {
    await run('items import', lines(items));
    const environment = { ...process.env, DATA_DIR: dataDir };
    const command = spawnSync(process.execPath, ['dist/cli/main.js', 'usages', 'count'], {
      uid: NOBODY_ID,
      env: environment,
    });
    expect([command.status, command.stderr.toString()]).toEqual([
      1,
      expect.stringMatching(/^DATA_DIR=.*: EACCES: permission denied[^\n]*\n$/),
    ]);
  });

  const withTerminal = existsSync('/usr/bin/script') && process.platform === 'linux' ? it : it.skip;
  withTerminal('shows progress on a terminal without changing its modes', async () => {
    const file = join(dataDir, 'usages.jsonl');
    writeFileSync(file, lines(usages));
    const command = `"${process.execPath}" dist/cli/main.js usages import ${file}`;
    const child = spawn('script', ['-qec', command, '/dev/null'], { env: { ...process.env, DATA_DIR: dataDir } });
    const shown = await text(child.stdout);
    expect(shown).toMatch(/3 lines[^]*3 recorded/);
    // Contains no escape sequence that sets a mode.
    expect(shown).not.toContain('\u001b[?');
  });

  it('exits silently when the reader closes the pipe', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => ({ guid: `item${index}`, public: true }));
    await run('items import', lines(many));
    const views = many.map(({ guid }) => ({ item_guid: guid, action_labels: ['view'], client_session_id: 's' }));
    await run('usages import', lines(views));
    for (const args of ['items list', 'usages export']) {
      const command = `set -o pipefail; "${process.execPath}" dist/cli/main.js ${args} | head -1`;
      const child = spawn('bash', ['-c', command], { env: { ...process.env, DATA_DIR: dataDir } });
      const [out, errors, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close') as Promise<[number]>,
      ]);
      expect([args, out.split('\n').length, errors.split('\n').length, code]).toEqual([args, 2, 2, 0]);
    }
  });

  it('creates keys that the service accepts', async () => {
    const { out } = await run('keys create --name tracker --scope usage:write reports:read-private');
    const [, key = '', entry = ''] = /^key: +(\S+)\nMETRICS_API_KEYS=(\S+)\n$/.exec(out) ?? [];
    expect(parseApiKey(entry)).toMatchObject({
      name: 'tracker',
      scopes: ['usage:write', 'reports:read-private'],
      sha256: hashApiKey(key),
    });
    const second = await run('keys create --name reader --scope items:read', '', { METRICS_API_KEYS: entry });
    expect(second.out).toMatch(/^key: +\S+\nMETRICS_API_KEYS=tracker=\S+,reader=items:read=[0-9a-f]{64}\n$/);
    expect(second.out).toContain(`METRICS_API_KEYS=${entry},`);
  });

  it('updates the list of robots, and keeps the old one if the new one is invalid', async () => {
    const file = join(dataDir, 'list.json');
    const patterns = (count: number): { pattern: string }[] =>
      Array.from({ length: count }, (_, number) => ({ pattern: `robot ${number}` }));
    writeFileSync(file, JSON.stringify(patterns(300)));
    const first = await run(`robots update --from ${file}`);
    expect([first.code, first.out]).toEqual([0, expect.stringMatching(/: 300 patterns, 300 added, \d+ removed\n$/)]);
    writeFileSync(file, JSON.stringify(patterns(299)));
    expect((await run(`robots update --from ${file}`)).out).toMatch(/: 299 patterns, 0 added, 1 removed\n$/);
    const list = readFileSync(join(dataDir, 'robots.json'), 'utf8');
    expect(JSON.parse(list)).toMatchObject({ source: file });
    for (const wrong of [[...patterns(299), { pattern: 'Mozilla' }], patterns(1)]) {
      writeFileSync(file, JSON.stringify(wrong));
      expect(await run(`robots update --from ${file}`)).toMatchObject({ code: 1, out: '' });
      expect(readFileSync(join(dataDir, 'robots.json'), 'utf8')).toBe(list);
    }
  });
});
