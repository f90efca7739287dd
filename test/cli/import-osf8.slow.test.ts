import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../src/model/report.js';
import { reportTypeOf } from '../../src/model/report-type.js';
import { readReport, type ReportResource, toResource } from '../../src/reports/report-resource.js';
import { AnsweringServer } from '../support/answering-server.js';
import { type CommandOptions, type CommandResult, runCommand } from '../support/command.js';
import { describeWithElasticsearch } from '../support/elasticsearch.js';
import { type Osf8Document, Osf8Store } from '../support/osf8-store.js';
import { downloads, itemUsage, SAMPLES } from '../support/report-samples.js';
import { register, stored } from '../support/send-usage.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

/** A view in the format of the OSF. */
function aView(at: string, session: string, fields: Osf8Document = {}): Osf8Document {
  return {
    timestamp: at,
    item_osfid: 'abc12',
    item_public: true,
    item_type: 'Project',
    provider_id: 'osf',
    action_labels: ['view', 'web'],
    pageview_info: {
      page_url: 'https://osf.io/abc12/files/',
      referer_url: 'https://google.com/x',
      route_name: 'angular-osf-web.project.files',
      page_title: 'OSF | Files',
      hour_of_day: 15,
      page_path: '/abc12/files',
      referer_domain: 'google.com',
    },
    user_is_authenticated: false,
    sessionhour_id: `Pt6{@cd<*LpD*f?(+jLV)r8NEr${session}`,
    within_iris: ['https://osf.io/abc12', 'https://osf.io/par78'],
    platform_iri: 'https://osf.io/',
    item_iri: 'https://osf.io/abc12',
    database_iri: 'https://osf.io/',
    timeseries_timeparts: '2026.7.9.15.0.1',
    ...fields,
  };
}

/** Replaces numbers over 32 bits, which the OSF's mappings do not accept. */
function withSmallNumbers(report: Report): Report {
  const text = JSON.stringify(toResource(report)).replaceAll('10000000000', '2000000000');
  const { type, attributes } = JSON.parse(text) as ReportResource;
  const read = readReport({ type, attributes, pointer: '' }, new Date());
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

const step: Osf8Document = {
  timestamp: '2026-07-09T15:00:01.123456+00:00',
  registration_id: 'reg56',
  provider_id: 'osf',
  trigger: 'submit',
  from_state: 'initial',
  to_state: 'pending',
  user_id: 'ada01',
  comment: '',
  timeseries_timeparts: '2026.7.9.15.0.1',
};

describe('osf-metrics import osf8', () => {
  let app: TestApp;
  let dataDir: string;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'osf-metrics-osf8-'));
    app = await TestApp.start();
  });
  afterEach(async () => {
    await app.stop();
    rmSync(dataDir, { recursive: true });
  });

  async function run(from: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    const service = ['--url', app.url, '--key', ADMIN_KEY];
    return await runCommand(['import', 'osf8', '--from', from, ...service, ...args], {
      ...options,
      environment: { DATA_DIR: dataDir, ...options.environment },
    });
  }

  describeWithElasticsearch('from a real Elasticsearch', () => {
    let osf: Osf8Store;

    beforeEach(async () => {
      osf = await Osf8Store.create();
    });
    afterEach(async () => await osf.remove());

    async function importOsf8(...args: string[]): Promise<CommandResult> {
      return await run(osf.url, ['--prefix', osf.prefix, ...args]);
    }

    async function exported({ id }: { id: string }): Promise<object[]> {
      const lines = await (await app.request(`reports/${id}/export`, { key: ADMIN_KEY })).text();
      return lines.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as object]));
    }

    const plain = (report: Report): unknown => JSON.parse(JSON.stringify(toResource(report)));

    it('imports every field of reports of every type, and prints counts', async () => {
      const reports = SAMPLES.map(withSmallNumbers);
      await osf.saveReports(reports);
      const { code, out, errors } = await importOsf8();
      expect([code, errors]).toEqual([0, '']);
      for (const report of reports) {
        const type = reportTypeOf(report);
        expect(out).toContain(`${type.reportClass.name}: 1 of 1, 1 saved\n`);
        expect(await exported(type)).toEqual([plain(report)]);
      }
    });

    it('imports usages and moderation steps; repeating it changes nothing', async () => {
      // The catalog differs from what the OSF has recorded.
      await register(app, 'abc12', { item_type: 'Preprint' });
      const views = Array.from({ length: 2_400 }, (_, index) =>
        aView(new Date(Date.UTC(2026, 6, 31, 20) + index * 10_000).toISOString(), `${index}`),
      );
      const search = { item_osfid: '', item_iri: '', item_type: null, within_iris: [''], database_iri: '' };
      const others = [
        aView('2026-07-09T15:00:01', 'no zone', { pageview_info: null, action_labels: ['download'] }),
        aView('2026-07-09T15:00:02.654321+00:00', 'search', {
          ...search,
          item_public: null,
          action_labels: ['search'],
          pageview_info: { page_url: 'https://osf.io/search?q=private' },
        }),
      ];
      await osf.saveEvents('OsfCountedUsageEvent', [...views, ...others]);
      await osf.saveEvents('RegistriesModerationEvent', [step]);
      const imported = await importOsf8();
      expect(imported).toMatchObject({ code: 0, errors: '' });
      expect(imported.out).toMatch(
        /^RegistriesModerationEvent: 1 of 1, 1 recorded\nOsfCountedUsageEvent: 2402 of 2402, 2402 recorded\n/m,
      );
      const usages = await stored(app);
      expect(usages).toHaveLength(2_402);
      const { timeseries_timeparts: _parts, ...view } = aView('2026-07-31T20:00:00.000Z', '');
      expect(usages[2]).toEqual({
        ...view,
        sessionhour_id: expect.any(String) as string,
        pageview_info: {
          ...(view['pageview_info'] as object),
          page_url_hash: null,
          referer_url: 'https://google.com',
          hour_of_day: 20,
        },
      });
      expect(usages[0]).toMatchObject({
        timestamp: '2026-07-09T15:00:01.000Z',
        pageview_info: null,
        item_type: 'Project',
      });
      expect(usages[1]).toMatchObject({
        timestamp: '2026-07-09T15:00:02.654Z',
        item_iri: null,
        within_iris: [],
        database_iri: null,
        item_public: false,
        pageview_info: { page_url: 'https://osf.io/search', page_url_hash: expect.any(String) as string },
      });
      expect(await app.json('registries_moderation/transitions', { key: ADMIN_KEY })).toMatchObject({
        buckets: [{ key: 'osf', submissions: { doc_count: 1 }, transitions_with_comments: { doc_count: 0 } }],
      });
      expect(await importOsf8()).toEqual(imported);
      expect(await stored(app)).toEqual(usages);
    });

    it('keeps session-hours distinct, but not the ids, which could be traced to users', async () => {
      await osf.saveEvents('OsfCountedUsageEvent', [
        aView('2026-07-09T15:00:00+00:00', 'a'),
        aView('2026-07-09T15:10:00+00:00', 'a'),
        aView('2026-07-09T15:20:00+00:00', 'b'),
      ]);
      const { out } = await importOsf8('--only', 'OsfCountedUsageEvent');
      const ids = (await stored(app)).map(({ sessionhour_id }) => sessionhour_id);
      expect(ids).toEqual([ids[0], ids[0], expect.stringMatching(/^[\w-]{22}$/)]);
      expect(ids[2]).not.toBe(ids[0]);
      const secret = join(dataDir, 'osf8-session-secret');
      expect(statSync(secret).mode & 0o777).toBe(0o600);
      expect(out).toContain(secret);
    });

    it('imports the selected days and classes, also where the OSF sorts cycles as text', async () => {
      await osf.saveReports(['2025-12-31', '2026-07-09', '2026-07-10', '2026-10-01'].map((day) => downloads(day, 1)));
      await osf.saveReports(['2025-12', '2026-07', '2026-10', '2026-11'].map((month) => itemUsage(month, 'abc12')));
      await osf.saveEvents(
        'OsfCountedUsageEvent',
        ['2026-07-09', '2026-07-10', '2026-10-02'].map((day) => aView(`${day}T00:00:00Z`, day)),
      );
      const { out } = await importOsf8('--since', '2026-07-10', '--until', '2026-10-01');
      expect(out).toMatch(
        /^DailyDownloadCountReport: 2 of 2,.*^MonthlyPublicItemUsageReport: 2 of 2,.*^OsfCountedUsageEvent: 1 of 1,/ms,
      );
      const since = await importOsf8(
        '--since',
        '2026-10-01',
        '--only',
        'DailyDownloadCountReport',
        'MonthlyPublicItemUsageReport',
      );
      expect(since.out).toMatch(
        /^DailyDownloadCountReport: 1 of 1, 1 saved\nMonthlyPublicItemUsageReport: 2 of 2, 2 saved\nafter/,
      );
      const until = await importOsf8('--until', '2026-01-01', '--only', 'DailyDownloadCountReport');
      expect(until.out).toMatch(/^DailyDownloadCountReport: 1 of 1, 1 saved\nafter/);
      expect(await exported({ id: 'download_count' })).toHaveLength(3);
    });

    it('names rejected records and unsupported types, imports the rest, and fails', async () => {
      await osf.saveReports([downloads('2026-07-09', 1)]);
      await osf.saveEvents('OsfCountedUsageEvent', [
        aView('2026-07-09T15:00:00Z', 'a'),
        aView('2026-07-09T15:10:00Z', 'b', { action_labels: ['like'] }),
      ]);
      await osf.save([
        {
          index: 'osf_dailydownloadcountreport_2026.',
          document: { cycle_coverage: '2026.13', daily_file_downloads: 1, created: '2026-01-01T00:00:00Z' },
        },
        { index: 'osf_somethingelse_2026.', document: { a: 1 } },
        { index: 'osf_somethingelse_2026.', document: { a: 2 } },
        { index: 'osf_another', document: { a: 1 } },
      ]);
      const { code, out, errors } = await importOsf8();
      expect(code).toBe(1);
      expect(out).toContain('DailyDownloadCountReport: 2 of 2, 1 saved, 1 rejected\n');
      expect(out).toContain('OsfCountedUsageEvent: 2 of 2, 1 recorded, 1 rejected\n');
      expect(out).toContain(`${osf.prefix}osf_another: 1 document of an unsupported type\n`);
      expect(out).toContain(`${osf.prefix}osf_somethingelse_2026.: 2 documents of an unsupported type\n`);
      const lines = errors.split('\n');
      expect(lines[0]).toMatch(
        new RegExp(`^${osf.prefix}osf_dailydownloadcountreport_2026\\./[\\w-]+: report_date must be`),
      );
      expect(lines[1]).toMatch(
        new RegExp(`^${osf.prefix}osf_osfcountedusageevent_2026\\.7\\./[\\w-]+: .*action_labels`),
      );
      expect(lines.slice(2)).toEqual([
        'DailyDownloadCountReport: rejected 1 record',
        'OsfCountedUsageEvent: rejected 1 record',
        '',
      ]);
    });

    it('prints how to resume when it is interrupted', async () => {
      const views = Array.from({ length: 1_500 }, (_, index) =>
        aView(`2026-07-${index < 1_000 ? '09' : '10'}T15:00:00Z`, `${index}`),
      );
      await osf.saveEvents('OsfCountedUsageEvent', views);
      const service = await AnsweringServer.start(
        (_request, response) => response.end(JSON.stringify({ data: Array(1_000).fill({ status: 'recorded' }) })),
        (_request, response) => response.destroy(),
      );
      const { code, errors } = await runCommand(
        ['import', 'osf8', '--from', osf.url, '--prefix', osf.prefix, '--url', service.url, '--key', 'k'],
        { environment: { DATA_DIR: dataDir } },
      );
      service.stop();
      expect(code).toBe(1);
      expect(errors).toMatch(
        /everything before is imported; resume with --only OsfCountedUsageEvent --since 2026-07-09\n$/,
      );
    });

    it('fails if the prefix has no index', async () => {
      const { code, errors } = await run(osf.url, ['--prefix', 'nothing-']);
      expect([code, errors]).toEqual([1, `the Elasticsearch at ${osf.url} has no index nothing-osf_*\n`]);
    });
  });

  it('sends the user and password from the environment, and prints that they are refused', async () => {
    let authorization: string | undefined;
    const server = await AnsweringServer.start((request, response) => {
      authorization = request.headers.authorization;
      response.writeHead(401, { 'X-elastic-product': 'Elasticsearch', 'Content-Type': 'application/json' });
      response.end('{"error":{"type":"security_exception","reason":"unable to authenticate"},"status":401}');
    });
    const environment = { OSF8_USERNAME: 'ada', OSF8_PASSWORD: 'pass' };
    const { url } = server;
    const { code, errors } = await run(url, [], { environment });
    server.stop();
    expect(code).toBe(1);
    expect(errors).toMatch(new RegExp(`^the Elasticsearch at ${url}: security_exception`));
    expect(authorization).toBe(`Basic ${Buffer.from('ada:pass').toString('base64')}`);
  });

  it.each<[string, number, RegExp]>([
    ['--from nonsense', 2, /must be a URL/],
    ['--from http://127.0.0.1:1', 1, /^the Elasticsearch at http:\/\/127.0.0.1:1: /],
    ['--from http://127.0.0.1:1 --since 2026-02-30', 2, /date/],
    ['--from http://127.0.0.1:1 --since 2026-02-02 --until 2026-02-01', 2, /before/],
    ['--from http://127.0.0.1:1 --only Nothing', 2, /unknown record class Nothing: use one of .*OsfCountedUsageEvent/],
    ['--from http://127.0.0.1:1 --ca /does/not/exist', 1, /cannot read/],
  ])('%s exits with %i and the reason', async (args, expected, reason) => {
    const { code, errors } = await runCommand(
      ['import', 'osf8', '--url', app.url, '--key', ADMIN_KEY, ...args.split(' ')],
      {
        environment: { DATA_DIR: dataDir },
      },
    );
    expect(code).toBe(expected);
    expect(errors).toMatch(reason);
  });
});
