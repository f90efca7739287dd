import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { AnsweringServer } from '../support/answering-server.js';
import { STEP } from '../support/builders.js';
import { type CommandOptions, type CommandResult, runCommand } from '../support/command.js';
import { describeWithElasticsearch, TestIndexes } from '../support/elasticsearch.js';
import { downloads, itemUsage, SAMPLES } from '../support/report-samples.js';
import { register, sendBatch, stored } from '../support/send-usage.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
const aPage = fc.record(
  {
    page_url: fc.constantFrom('https://osf.io/abc12/', 'https://osf.io/abc12/files?a=%20b', 'http://[::1]:8/é/'),
    page_title: text,
    referer_url: fc.constantFrom('', 'https://search.example.org:8443/?q=x'),
    route_name: text,
  },
  { requiredKeys: ['page_url'] },
);
/** Few visitors and pages within 20 minutes, so that many usages are double clicks, some across a full hour. */
const aUsage = fc.record(
  {
    timestamp: fc
      .integer({ min: 0, max: 1_200_000 })
      .map((milliseconds) => new Date(Date.UTC(2026, 2, 1, 9, 50) + milliseconds)),
    item_guid: fc.constantFrom('abc12', 'unknown'),
    client_session_id: fc.constantFrom('a', 'b'),
    action_labels: fc.constantFrom(['view', 'web'], ['download', 'api']),
    item_type: fc.constantFrom('Preprint', null),
    provider_id: text,
    database_iri: text,
    within_iris: fc.array(text, { maxLength: 3 }),
    user_is_authenticated: fc.boolean(),
    item_public: fc.boolean(),
    pageview_info: fc.option(aPage),
  },
  { requiredKeys: ['timestamp', 'item_guid', 'action_labels'] },
);

const MODERATIONS = [null, 'fine, "so"'].map((comment, index) =>
  JSON.stringify({ timestamp: `2026-07-0${index + 1}T10:00:00.000Z`, ...STEP, comment }),
);

describe('moving from one store to another', () => {
  let [source, target]: TestApp[] = [];
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'osf-metrics-moving-'));
    [source, target] = [await TestApp.start(), await TestApp.start()];
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await source?.stop();
    await target?.stop();
  });

  async function run(app: TestApp | string, args: string, options: CommandOptions = {}): Promise<CommandResult> {
    const url = typeof app === 'string' ? app : app.url;
    return await runCommand([...args.split(' '), '--url', url, '--key', ADMIN_KEY], options);
  }

  function file(name: string, content: string): string {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  }

  /** Stores two items, many usages, two moderation steps and a report of each type. */
  async function fill(app: TestApp): Promise<void> {
    await register(app, 'abc12', { title: '"A", Ω', authors: [{ name: 'Ada' }], publication_date: '2026-01-02' });
    await register(app, 'fil34', { parent_guid: 'abc12' });
    await sendBatch(app, fc.sample(aUsage, { numRuns: 500, seed: 7 }));
    await sendLines(app, 'events/registries_moderation/batch', MODERATIONS);
    await app.nest.get(MetricsRepository).saveReports(SAMPLES);
  }

  /** All stored data, line by line. Usages are sorted, because stores do not order usages of the same instant. */
  async function contents(app: TestApp): Promise<Record<'items' | 'usages' | 'moderations' | 'reports', string[]>> {
    const linesAt = async (path: string): Promise<string[]> => {
      const text = await (await app.request(path, { key: ADMIN_KEY })).text();
      return text.split('\n').filter((line) => line !== '');
    };
    const { data: items } = await app.json<{ data: { attributes: object }[] }>('items', { key: ADMIN_KEY });
    const { data: types } = await app.json<{ data: { id: string }[] }>('reports', { key: ADMIN_KEY });
    const reports = await Promise.all(types.map(({ id }) => linesAt(`reports/${id}/export`)));
    return {
      items: items.map(({ attributes }) => JSON.stringify(attributes)),
      usages: (await linesAt('events/counted_usage')).sort(),
      moderations: await linesAt('events/registries_moderation'),
      reports: reports.flat(),
    };
  }

  async function sendLines(app: TestApp, path: string, lines: readonly string[]): Promise<void> {
    const headers = { 'Content-Type': 'application/x-ndjson' };
    const { data } = await app.json<{ data: { status: string }[] }>(path, {
      body: lines.join('\n'),
      headers,
      key: ADMIN_KEY,
    });
    expect(data.filter(({ status }) => status === 'rejected')).toEqual([]);
  }

  it('keeps every usage and every field, even if the catalogs differ', async () => {
    const apps = [source, target] as [TestApp, TestApp];
    for (const app of apps) await register(app, 'abc12');
    await register(apps[0], 'unknown', { public: false });
    await register(apps[1], 'unknown', {
      item_type: 'File',
      parent_guid: 'abc12',
      provider_id: 'p',
      provider_iri: 'i',
    });
    let day = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(aUsage, { minLength: 1, maxLength: 30 }), async (usages) => {
        // Each run has its own day, so that usages of different runs are not double clicks.
        day += 1;
        await sendBatch(
          apps[0],
          usages.map((usage) => ({ ...usage, timestamp: new Date(usage.timestamp.getTime() - day * 86_400_000) })),
        );
        const exported = await stored(apps[0]);
        await sendBatch(apps[1], exported);
        expect(await stored(apps[1])).toEqual(exported);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['items', 'items list', '2 saved\n'],
    ['usages', 'usages export', /^(\d+) recorded\n$/],
    ['moderations', 'moderations export', '2 recorded\n'],
    ['reports', 'reports export', `${SAMPLES.length} saved\n`],
  ] as const)('moves %s by files; repeating it changes nothing', async (kind, exportCommand, summary) => {
    await fill(source as TestApp);
    const exported = await run(source as TestApp, exportCommand);
    const path = file(kind, exported.out);
    const imported = await run(target as TestApp, `${kind} import ${path}`);
    expect(imported).toMatchObject({ code: 0, out: expect.stringMatching(summary) as string, errors: '' });
    expect(await run(target as TestApp, `${kind} import ${path}`)).toEqual(imported);
    expect((await contents(target as TestApp))[kind]).toEqual((await contents(source as TestApp))[kind]);
    if (kind === 'items') return;
    expect(await run(target as TestApp, `${kind} count`)).toMatchObject({ code: 0, out: exported.errors, errors: '' });
    const lines = exported.out.split('\n').length - 1;
    const counted = {
      usages: `${lines} usages\n`,
      moderations: '2 steps\n',
      reports: /^institutional_users: 1 report\n/m,
    };
    expect(exported.errors).toMatch(counted[kind]);
  });

  it('exports reports by type and day; a month is included if one of its days is', async () => {
    const app = source as TestApp;
    const days = ['2026-09-30', '2026-10-01', '2026-10-02'].map((date) => downloads(date, 1));
    const months = ['2026-09', '2026-10', '2026-11'].map((month) => itemUsage(month, 'abc12'));
    await app.nest.get(MetricsRepository).saveReports([...days, ...months]);
    const options = '--type download_count public_item_usage --from 2026-10-01 --until 2026-10-31';
    const { out, errors } = await run(app, `reports export ${options}`);
    expect(errors).toBe('download_count: 2 reports\npublic_item_usage: 1 report\n');
    const cycles = out.split('\n').map((line) => /"report_\w+":"([\d-]+)"/.exec(line)?.[1]);
    expect(cycles).toEqual(['2026-10-01', '2026-10-02', '2026-10', undefined]);
    expect(await run(app, 'reports export --type nothing')).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/^unknown report type nothing: use one of .*download_count/) as string,
    });
    const reversed = await run(app, 'usages count --from 2026-10-02 --until 2026-10-01');
    expect(reversed).toMatchObject({ code: 2, out: '', errors: '--until must not be before --from\n' });
  });

  it('resumes after the lines of an earlier import', async () => {
    const lines = [1, 2].map((day) =>
      JSON.stringify({ item_guid: 'a', action_labels: ['view'], timestamp: `2026-01-0${day}T00:00:00Z` }),
    );
    const path = file('usages', `nonsense\n\n${lines.join('\n')}\n`);
    expect(await run(target as TestApp, `usages import --skip 3 ${path}`)).toMatchObject({
      code: 0,
      out: '1 recorded\n',
      errors: '',
    });
    expect((await stored(target as TestApp)).map(({ timestamp }) => timestamp)).toEqual(['2026-01-02T00:00:00.000Z']);
    expect((await run(target as TestApp, `usages import --skip x ${path}`)).code).toBe(2);
  });

  describeWithElasticsearch('through Elasticsearch', () => {
    const indexes = TestIndexes.onOneNode();
    let between: TestApp;

    beforeEach(async () => {
      between = await TestApp.start(indexes.environment);
    });
    afterEach(async () => {
      await between.stop();
      await indexes.remove();
    });

    it('everything comes back unchanged', async () => {
      await fill(source as TestApp);
      const before = await contents(source as TestApp);
      for (const [from, to] of [
        [source, between],
        [between, target],
      ] as [TestApp, TestApp][]) {
        const moving = await contents(from);
        await sendLines(to, 'items/batch', moving.items);
        await sendLines(to, 'events/counted_usage/batch', moving.usages);
        await sendLines(to, 'events/registries_moderation/batch', moving.moderations);
        await sendLines(to, 'reports/batch', moving.reports);
        expect(await contents(to)).toEqual(before);
      }
    });
  });

  describe('when the service fails', () => {
    let service: AnsweringServer;
    const recorded = (count: number): string => JSON.stringify({ data: Array(count).fill({ status: 'recorded' }) });
    const lines = '{}\n'.repeat(1_500);

    afterEach(() => service.stop());

    it('prints what is imported and how to resume', async () => {
      service = await AnsweringServer.start(
        (_request, response) => response.end(recorded(1_000)),
        (_request, response) => response.destroy(),
      );
      const { code, out, errors } = await run(service.url, 'usages import', { input: lines });
      expect([code, out]).toEqual([1, '']);
      expect(errors).toMatch(/cannot be reached: .+\nimported up to line 1000; resume with --skip 1000\n$/);
    });

    it('prints the same when it is interrupted', async () => {
      let interrupt = (): void => undefined;
      service = await AnsweringServer.start(
        (_request, response) => response.end(recorded(1_000)),
        () => interrupt(),
      );
      const { code, errors } = await run(service.url, 'usages import', {
        input: lines,
        onStart: (child) => (interrupt = () => void child.kill('SIGINT')),
      });
      expect([code, errors]).toEqual([130, 'imported up to line 1000; resume with --skip 1000\n']);
    });

    it('waits while the store is unavailable, and sends the lines again', async () => {
      service = await AnsweringServer.start(
        (_request, response) => response.writeHead(503, { 'Retry-After': '0' }).end(),
        (_request, response) => response.end(recorded(2)),
      );
      expect(await run(service.url, 'usages import', { input: '{}\n{}\n' })).toMatchObject({
        code: 0,
        out: '2 recorded\n',
        errors: '',
      });
    });

    it('fails if the service does not return an outcome for each line', async () => {
      service = await AnsweringServer.start((_request, response) => response.end(recorded(1)));
      const { code, errors } = await run(service.url, 'usages import', { input: '{}\n{}\n' });
      expect([code, errors]).toEqual([1, 'the service returned 1 outcome for 2 lines, from line 1 to line 2\n']);
    });

    it.each<[string, RequestListener, RegExp]>([
      [
        'is aborted',
        (_request, response) =>
          response.writeHead(200, { 'X-Total-Count': '2' }).write('{}\n', () => response.destroy()),
        /the service aborted the export/,
      ],
      [
        'ends early',
        (_request, response) => response.writeHead(200, { 'X-Total-Count': '2' }).end('{}\n'),
        /^received only 1 of 2 usages\n$/,
      ],
    ])('fails if an export %s', async (_how, respond, reason) => {
      service = await AnsweringServer.start(respond);
      const { code, errors } = await run(service.url, 'usages export');
      expect(code).toBe(1);
      expect(errors).toMatch(reason);
    });
  });
});
