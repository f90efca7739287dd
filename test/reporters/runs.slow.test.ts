import type { MonthlyPublicItemUsageReport } from '../../src/reports/monthly/public-item-usage.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { iriOf } from '../support/builders.js';
import {
  eventually,
  history,
  publicItemUsageOf,
  record,
  requestRun,
  run,
  type RunDocument,
  runs,
  waitForEnd,
} from '../support/reporter-runs.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

interface ListedReporter {
  readonly id: string;
  readonly type: string;
  readonly attributes: Record<string, unknown> & { latest_run: Record<string, unknown> | null };
}

interface Errors {
  readonly errors: { readonly detail?: string; readonly title: string; readonly source?: object }[];
}

const AVAILABLE = ['counter_item_usage', 'counter_platform_usage', 'download_count', 'public_item_usage'];
const UNAVAILABLE = [
  'institution_summary',
  'new_user_domains',
  'node_summary',
  'osfstorage_file_count',
  'preprint_summary',
  'storage_addon_usage',
  'user_summary',
  'spam_summary',
  'institutional_users',
  'institution_summary_monthly',
  'private_spam_metrics',
];

describe('reporters', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });

  afterEach(async () => await app.stop());

  async function list(): Promise<Map<string, ListedReporter['attributes']>> {
    const { data } = await app.json<{ data: ListedReporter[] }>('reporters/', { key: ADMIN_KEY });
    expect(data.every(({ type }) => type === 'reporters')).toBe(true);
    return new Map(data.map(({ id, attributes }) => [id, attributes]));
  }

  it('are listed with their class, period, schedule and latest run', async () => {
    const before = await list();
    expect(before.get('public_item_usage')).toMatchObject({
      class_name: 'PublicItemUsageReporter',
      period: 'monthly',
      schedule: '0 30 6 2 * *',
      unavailable: null,
      latest_run: null,
    });
    expect(before.get('download_count')).toMatchObject({
      class_name: 'DownloadCountReporter',
      period: 'daily',
      schedule: '0 0 6 * * *',
      unavailable: null,
      latest_run: null,
    });
    const { id } = await run(app, 'download_count', '2026-11-23');
    expect((await list()).get('download_count')?.latest_run).toMatchObject({ id, cycle: '2026-11-23' });
  });

  it('are listed as unavailable, with the reason, when they need the OSF database, and do not run', async () => {
    const listed = await list();
    expect([...listed.keys()].sort()).toEqual([...UNAVAILABLE, ...AVAILABLE].sort());
    for (const id of UNAVAILABLE) {
      expect(listed.get(id)?.['unavailable']).toContain('OSF_DATABASE_URL');
      const response = await requestRun(app, id, '2026-10');
      expect(response.status).toBe(409);
      expect(((await response.json()) as Errors).errors[0]?.detail).toContain('OSF_DATABASE_URL');
    }
    expect(await runs(app)).toEqual([]);
  });

  it('count the downloads of a day, public and private', async () => {
    await record(app, [
      { at: '2026-11-22T23:59:59.999Z', labels: ['download'] },
      { at: '2026-11-23T00:00:00.000Z', labels: ['download', 'web'], session: 'a' },
      { at: '2026-11-23T12:00:00.000Z', labels: ['api', 'download'], session: 'b', usage: { item_public: false } },
      { at: '2026-11-23T23:59:59.999Z', labels: ['download'], item: 'file1', session: 'c' },
      { at: '2026-11-23T12:00:00.000Z', labels: ['view', 'web'], session: 'b' },
      { at: '2026-11-24T00:00:00.000Z', labels: ['download'], session: 'd' },
    ]);
    const { attributes } = await run(app, 'download_count', '2026-11-23');
    expect(attributes).toMatchObject({
      reporter: 'download_count',
      cycle: '2026-11-23',
      state: 'succeeded',
      started_at: '2026-11-24T12:00:00.000Z',
      finished_at: '2026-11-24T12:00:00.000Z',
      reports_saved: 1,
      error: null,
    });
    await run(app, 'download_count', '2026-11-21');
    const { data } = await app.json<{ data: { attributes: object }[] }>('reports/download_count/recent/');
    const timestamp = '2026-11-24T12:00:00.000Z';
    expect(data.map(({ attributes }) => attributes)).toEqual([
      { report_date: '2026-11-23', daily_file_downloads: 3, timestamp },
      { report_date: '2026-11-21', daily_file_downloads: 0, timestamp },
    ]);
  });

  it('run on request for the current day and month', async () => {
    await record(app, [{ at: '2026-11-24T11:00:00Z', labels: ['download'] }]);
    expect((await run(app, 'download_count', '2026-11-24')).attributes.reports_saved).toBe(1);
    expect((await run(app, 'public_item_usage', '2026-11')).attributes.reports_saved).toBe(1);
  });

  it('accept a bare attributes object as well as a JSON:API document', async () => {
    const options = { body: { cycle: '2026-11-23' }, key: ADMIN_KEY };
    const { data } = await app.json<{ data: RunDocument }>('reporters/download_count/runs', options);
    expect((await waitForEnd(app, data.id)).attributes.state).toBe('succeeded');
  });

  it('list their runs, latest first, filtered by reporter and by cycle', async () => {
    await run(app, 'download_count', '2026-11-22');
    app.clock.advance(60);
    await run(app, 'public_item_usage', '2026-10');
    app.clock.advance(60);
    const last = await run(app, 'download_count', '2026-11-23');
    const cycles = async (query: string): Promise<string[]> =>
      (await runs(app, query)).map(({ attributes }) => attributes.cycle);
    expect(await cycles('')).toEqual(['2026-11-23', '2026-10', '2026-11-22']);
    expect(await cycles('?filter[reporter]=download_count')).toEqual(['2026-11-23', '2026-11-22']);
    expect(await cycles('?filter[cycle]=2026-10')).toEqual(['2026-10']);
    expect(await cycles('?filter[reporter]=download_count&filter[cycle]=2026-10')).toEqual([]);
    expect(await cycles('?page[size]=1')).toEqual(['2026-11-23']);
    expect(await cycles('?filter[reporter]=%00')).toEqual([]);
    expect(await cycles('?filter[cycle]=%F0%9F%92%A9')).toEqual([]);
    expect((await runs(app))[0]).toEqual(last);
    expect(last.type).toBe('runs');
  });

  it('are counted and timed for Prometheus', async () => {
    await run(app, 'download_count', '2026-11-23');
    const metrics = await eventually(async () => {
      const text = await (await fetch(`${app.url}/metrics`)).text();
      return text.includes('osf_metrics_reporter_runs_total{') ? text : undefined;
    });
    expect(metrics).toContain('osf_metrics_reporter_runs_total{reporter="download_count",state="succeeded"} 1');
    expect(metrics).toContain('osf_metrics_reporter_run_duration_seconds_count{reporter="download_count"} 1');
  });
});

describe('a run that has ended', () => {
  it('does not prevent the next one before it has released its lease', async () => {
    const app = await TestApp.start();
    let release: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => {
      release = resolve;
    });
    const repository = app.nest.get(MetricsRepository);
    const releaseLease = repository.releaseLease.bind(repository);
    jest.spyOn(repository, 'releaseLease').mockImplementationOnce(async (lease) => {
      await waiting;
      await releaseLease(lease);
    });
    await run(app, 'download_count', '2026-11-22');
    const next = requestRun(app, 'download_count', '2026-11-23');
    await runs(app);
    release();
    expect((await next).status).toBe(202);
    await app.stop();
  });
});

describe('a long run', () => {
  let app: TestApp;
  let resume: () => void;

  beforeEach(async () => {
    app = await TestApp.start();
    await record(app, [
      { item: 'proj1', at: '2026-10-05T12:00:00Z' },
      { item: 'proj1', at: '2026-09-05T12:00:00Z' },
    ]);
    const waiting = new Promise<void>((resolve) => {
      resume = resolve;
    });
    const reporter = publicItemUsageOf(app);
    const report = reporter.report.bind(reporter);
    jest
      .spyOn(reporter, 'report')
      .mockImplementation(async function* (month): AsyncIterable<MonthlyPublicItemUsageReport> {
        for await (const each of report(month)) {
          for (let index = 0; index < 1_500; index += 1) {
            yield Object.assign(Object.create(Object.getPrototypeOf(each) as object) as typeof each, each, {
              item_iri: iriOf(`i${String(index).padStart(4, '0')}`),
            });
          }
          await waiting;
        }
      });
  });

  afterEach(async () => {
    resume();
    await app.stop();
  });

  it('reports its progress', async () => {
    const response = await requestRun(app, 'public_item_usage', '2026-10');
    expect(response.status).toBe(202);
    const { data } = (await response.json()) as { data: RunDocument };
    expect(data.attributes).toMatchObject({ state: 'running', reports_saved: 0, finished_at: null });
    const progress = await eventually(async () => {
      const [latest] = await runs(app);
      return latest?.attributes.reports_saved === 0 ? undefined : latest;
    });
    expect(progress?.attributes).toMatchObject({ state: 'running', reports_saved: 1_000, last_key: iriOf('i0999') });
    resume();
    expect((await waitForEnd(app, data.id)).attributes).toMatchObject({ state: 'succeeded', reports_saved: 1_500 });
  });

  it('is returned when it is requested again; a run for another cycle returns 409', async () => {
    const first = (await (await requestRun(app, 'public_item_usage', '2026-10')).json()) as { data: RunDocument };
    const again = await Promise.all([1, 2, 3].map(async () => await requestRun(app, 'public_item_usage', '2026-10')));
    for (const response of again) {
      expect(response.status).toBe(202);
      expect(((await response.json()) as { data: RunDocument }).data.id).toBe(first.data.id);
    }
    const other = await requestRun(app, 'public_item_usage', '2026-09');
    expect(other.status).toBe(409);
    expect(((await other.json()) as Errors).errors[0]?.detail).toContain('2026-10');
    expect(await history(app)).toEqual(['public_item_usage 2026-10 running']);
    expect((await run(app, 'download_count', '2026-11-23')).attributes.state).toBe('succeeded');
    resume();
    await waitForEnd(app, first.data.id);
    expect((await run(app, 'public_item_usage', '2026-09')).attributes.state).toBe('succeeded');
  });

  it('starts once when it is requested many times at the same time', async () => {
    const responses = await Promise.all(
      Array.from({ length: 8 }, async () => await requestRun(app, 'public_item_usage', '2026-10')),
    );
    for (const { status } of responses) expect([202, 409]).toContain(status);
    expect(await runs(app)).toHaveLength(1);
  });
});
