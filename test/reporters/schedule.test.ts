import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { DownloadCountReporter } from '../../src/reporters/download-count.reporter.js';
import { dueCycles, scheduleOf } from '../../src/reporters/due-cycles.js';
import { PublicItemUsageReporter } from '../../src/reporters/public-item-usage.reporter.js';
import { DAILY_SCHEDULE, DailyReporter, MONTHLY_SCHEDULE } from '../../src/reporters/reporter.js';
import { ReporterRunner, RunNotStartedError } from '../../src/reporters/reporter-runner.service.js';
import { DailyDownloadCountReport } from '../../src/reports/daily/download-count.js';
import {
  askForRun,
  history,
  lookAfterReporters,
  publicItemUsageOf,
  record,
  run,
  tick,
  untilHistory,
  usageReports,
} from '../support/reporter-runs.js';
import { TestApp } from '../support/test-app.js';

describe('the schedule of reporters', () => {
  let dataDir: string;
  const apps: TestApp[] = [];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-'));
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    for (const app of apps.splice(0)) await app.stop({ keepData: true });
    await rm(dataDir, { recursive: true });
  });

  /** The service at that time, on the same data each time. */
  async function start(now: string, environment: Record<string, string> = {}): Promise<TestApp> {
    const app = await TestApp.start({ DATA_DIR: dataDir, REPORTERS_ENABLED: 'true', ...environment }, now);
    apps.push(app);
    return app;
  }

  async function stop(): Promise<void> {
    await apps.pop()?.stop({ keepData: true });
  }

  it('runs daily reporters at 06:00 UTC for yesterday, monthly ones at 06:30 on the 2nd for last month', async () => {
    const app = await start('2026-11-30T12:00:00Z');
    app.clock.set('2026-12-01T06:00:00Z');
    await tick(app, DAILY_SCHEDULE);
    const expected = ['download_count 2026-11-30 succeeded'];
    await untilHistory(app, expected);
    app.clock.set('2026-12-02T06:00:00Z');
    await tick(app, DAILY_SCHEDULE);
    await untilHistory(app, [...expected, 'download_count 2026-12-01 succeeded']);
    app.clock.set('2026-12-02T06:30:00Z');
    await tick(app, MONTHLY_SCHEDULE);
    await untilHistory(app, [
      ...expected,
      'download_count 2026-12-01 succeeded',
      'public_item_usage 2026-11 succeeded',
    ]);
  });

  it('runs nothing before it is due, and nothing twice', async () => {
    const app = await start('2026-11-30T12:00:00Z');
    app.clock.set('2026-12-01T05:59:59Z');
    await lookAfterReporters(app);
    expect(await history(app)).toEqual([]);
    app.clock.set('2026-12-01T06:00:00Z');
    for (const _tick of [1, 2, 3]) {
      await tick(app, DAILY_SCHEDULE);
      await lookAfterReporters(app);
    }
    await untilHistory(app, ['download_count 2026-11-30 succeeded']);
  });

  it('runs the whole month although somebody had a look at it before it was over', async () => {
    const app = await start('2026-11-24T12:00:00Z');
    await record(app, [{ item: 'proj1', at: '2026-11-20T12:00:00Z', session: 'a' }]);
    await run(app, 'public_item_usage', '2026-11');
    app.clock.set('2026-12-01T12:00:00Z');
    await record(app, [{ item: 'proj1', at: '2026-11-30T12:00:00Z', session: 'b' }]);
    app.clock.set('2026-12-02T06:30:00Z');
    await tick(app, MONTHLY_SCHEDULE);
    await untilHistory(app, ['public_item_usage 2026-11 succeeded', 'public_item_usage 2026-11 succeeded']);
    expect((await usageReports(app, '2026-11')).get('proj1')?.['view_count']).toBe(2);
  });

  it('does nothing by itself when REPORTERS_ENABLED is false, but what it is asked for', async () => {
    const app = await start('2026-11-30T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await record(app, [{ at: '2026-11-29T12:00:00Z', labels: ['download'] }]);
    app.clock.set('2026-12-02T06:30:00Z');
    await tick(app, DAILY_SCHEDULE);
    await tick(app, MONTHLY_SCHEDULE);
    await lookAfterReporters(app);
    expect(await history(app)).toEqual([]);
    expect((await run(app, 'download_count', '2026-11-29')).attributes.state).toBe('succeeded');
    await stop();
    const later = await start('2026-12-05T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await lookAfterReporters(later);
    expect(await history(later)).toEqual(['download_count 2026-11-29 succeeded']);
  });

  it('catches up at start what was due while the service was down, the oldest first', async () => {
    const app = await start('2026-08-05T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await record(app, [
      { item: 'proj1', at: '2026-07-05T12:00:00Z', session: 'a' },
      { item: 'proj1', at: '2026-08-05T11:00:00Z', session: 'b' },
    ]);
    await run(app, 'public_item_usage', '2026-07');
    app.clock.set('2026-10-27T12:00:00Z');
    await record(app, [{ item: 'proj1', at: '2026-10-05T12:00:00Z', session: 'c' }]);
    await stop();
    const later = await start('2026-11-24T12:00:00Z');
    await untilHistory(
      later,
      ['2026-07', '2026-08', '2026-09', '2026-10'].map((month) => `public_item_usage ${month} succeeded`),
    );
    // The count of October holds that of August, so that August came first.
    expect((await usageReports(later, '2026-10')).get('proj1')?.['cumulative_view_count']).toBe(3);
  });

  it('catches up what failed before another month succeeded, and lets later ones that build on it wait', async () => {
    const app = await start('2026-09-05T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await record(app, [{ item: 'proj1', at: '2026-08-05T12:00:00Z', session: 'a' }]);
    await run(app, 'public_item_usage', '2026-07');
    app.clock.set('2026-10-05T12:00:00Z');
    await record(app, [{ item: 'proj1', at: '2026-09-05T12:00:00Z', session: 'b' }]);
    await stop();
    const failing = jest.spyOn(PublicItemUsageReporter.prototype, 'report').mockImplementation(() => {
      throw new Error('no such thing');
    });
    const later = await start('2026-10-05T12:00:00Z');
    const before = ['public_item_usage 2026-07 succeeded', 'public_item_usage 2026-08 failed'];
    await untilHistory(later, before);
    await lookAfterReporters(later);
    await untilHistory(later, before);
    failing.mockRestore();
    await tick(later, MONTHLY_SCHEDULE);
    const all = ['2026-08', '2026-09'].map((month) => `public_item_usage ${month} succeeded`);
    await untilHistory(later, [...before, ...all]);
    expect((await usageReports(later, '2026-09')).get('proj1')?.['cumulative_view_count']).toBe(2);
  });

  it('makes later months again when one that they build on was', async () => {
    const app = await start('2026-10-05T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await record(app, [{ item: 'proj1', at: '2026-09-05T12:00:00Z', session: 'a' }]);
    for (const month of ['2026-08', '2026-09']) {
      await run(app, 'public_item_usage', month);
      app.clock.advance(60);
    }
    await record(app, [{ item: 'proj1', at: '2026-08-05T12:00:00Z', session: 'late' }]);
    await run(app, 'public_item_usage', '2026-08');
    await stop();
    const later = await start('2026-10-06T12:00:00Z');
    const twice = ['2026-08', '2026-09'].map((month) => `public_item_usage ${month} succeeded`);
    await untilHistory(later, [...twice, ...twice]);
    expect((await usageReports(later, '2026-09')).get('proj1')?.['cumulative_view_count']).toBe(2);
    later.clock.advance(60);
    await lookAfterReporters(later);
    await untilHistory(later, [...twice, ...twice]);
  });

  it('tries a day that failed again, although a later one succeeded', async () => {
    const app = await start('2026-11-21T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await run(app, 'download_count', '2026-11-20');
    await stop();
    const failing = jest.spyOn(DownloadCountReporter.prototype, 'report');
    failing.mockImplementation(async function* (report_date) {
      if (report_date.toString() === '2026-11-21') throw new Error('no such thing');
      const report = DailyDownloadCountReport.of<DailyDownloadCountReport>({ report_date, daily_file_downloads: 0 });
      yield await Promise.resolve(report);
    });
    const later = await start('2026-11-23T12:00:00Z');
    const after = ['2026-11-20 succeeded', '2026-11-21 failed', '2026-11-22 succeeded'];
    await untilHistory(
      later,
      after.map((each) => `download_count ${each}`),
    );
    failing.mockRestore();
    await tick(later, DAILY_SCHEDULE);
    await untilHistory(
      later,
      [...after, '2026-11-21 succeeded'].map((each) => `download_count ${each}`),
    );
  });

  it('leaves later cycles to whoever is busy with an earlier one', async () => {
    const app = await start('2026-11-21T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await run(app, 'download_count', '2026-11-20');
    await stop();
    const asked: string[] = [];
    const busy = jest.spyOn(ReporterRunner.prototype, 'start').mockImplementation((reporter, cycle) => {
      if (reporter.id === 'download_count') asked.push(cycle.toString());
      return Promise.reject(new RunNotStartedError('download_count is already running'));
    });
    const later = await start('2026-11-24T12:00:00Z');
    await lookAfterReporters(later);
    expect(new Set(asked)).toEqual(new Set(['2026-11-21']));
    busy.mockRestore();
    await lookAfterReporters(later);
    await untilHistory(
      later,
      [20, 21, 22, 23].map((day) => `download_count 2026-11-${day} succeeded`),
    );
  });

  it('catches up at most 31 days, and none that is not due yet', async () => {
    const app = await start('2026-01-02T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await run(app, 'download_count', '2026-01-01');
    await stop();
    const later = await start('2026-11-24T05:00:00Z');
    const days = Array.from({ length: 31 }, (_, index) => new Date(Date.UTC(2026, 9, 23 + index)).toISOString());
    await untilHistory(later, [
      'download_count 2026-01-01 succeeded',
      ...days.map((day) => `download_count ${day.slice(0, 10)} succeeded`),
    ]);
  });

  it('makes up no history for a fresh install', async () => {
    const app = await start('2026-11-24T12:00:00Z');
    await lookAfterReporters(app);
    expect(await history(app)).toEqual([]);
  });

  it('makes up no history for an install of which one run was asked for', async () => {
    const app = await start('2026-11-24T12:00:00Z');
    await run(app, 'public_item_usage', '2026-11');
    await stop();
    const later = await start('2026-11-25T12:00:00Z');
    await lookAfterReporters(later);
    expect(await history(later)).toEqual(['public_item_usage 2026-11 succeeded']);
  });

  it('catches up the first run ever, when there were usages and the service was down as it was due', async () => {
    const app = await start('2026-11-24T12:00:00Z');
    await record(app, [{ at: '2026-11-24T11:00:00Z', labels: ['download'] }]);
    await stop();
    const later = await start('2026-11-25T09:00:00Z');
    await untilHistory(later, ['download_count 2026-11-24 succeeded']);
  });

  it('leaves months out of which there can be no report', async () => {
    const app = await start('2026-08-05T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await run(app, 'public_item_usage', '2026-07');
    await stop();
    const later = await start('2026-11-24T12:00:00Z', { USAGE_REPORT_EPOCH: '2026-10' });
    await untilHistory(later, ['public_item_usage 2026-07 succeeded', 'public_item_usage 2026-10 succeeded']);
  });

  it('does not hold one reporter up for another that fails, and tries the failed one again at the next start', async () => {
    const app = await start('2026-11-30T12:00:00Z');
    jest.spyOn(publicItemUsageOf(app), 'report').mockImplementation(() => {
      throw new Error('no such thing');
    });
    app.clock.set('2026-12-02T06:30:00Z');
    await tick(app, MONTHLY_SCHEDULE);
    await tick(app, DAILY_SCHEDULE);
    const expected = [
      'download_count 2026-11-30 succeeded',
      'download_count 2026-12-01 succeeded',
      'public_item_usage 2026-11 failed',
    ];
    await untilHistory(app, expected);
    await lookAfterReporters(app);
    await untilHistory(app, expected);
    await stop();
    await untilHistory(await start('2026-12-02T07:00:00Z'), [...expected, 'public_item_usage 2026-11 succeeded']);
  });

  it('runs what was due while the reporter was busy when it no longer is', async () => {
    const app = await start('2026-12-01T05:59:30Z');
    let goOn: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const reporter = app.nest.get(DownloadCountReporter, { strict: false });
    const report = reporter.report.bind(reporter);
    jest.spyOn(reporter, 'report').mockImplementationOnce(async function* (date) {
      await waiting;
      yield* report(date);
    });
    await askForRun(app, 'download_count', '2026-12-01');
    app.clock.set('2026-12-01T06:00:00Z');
    await tick(app, DAILY_SCHEDULE);
    await lookAfterReporters(app);
    expect(await history(app)).toEqual(['download_count 2026-12-01 running']);
    goOn();
    await untilHistory(app, ['download_count 2026-12-01 succeeded']);
    await lookAfterReporters(app);
    await untilHistory(app, ['download_count 2026-11-30 succeeded', 'download_count 2026-12-01 succeeded']);
  });
});

describe('a reporter', () => {
  class Unscheduled extends DailyReporter<DailyDownloadCountReport> {
    readonly reportType = DailyDownloadCountReport;

    async *report(): AsyncIterable<DailyDownloadCountReport> {
      // Nothing to report.
    }
  }

  it('without a schedule in UTC is told so', () => {
    expect(() => scheduleOf(new Unscheduled())).toThrow(
      'Unscheduled has no schedule: override due() with @Cron(…, UTC)',
    );
  });

  it('is due about a cycle at the first time of its schedule after the end of the cycle', () => {
    const reporter = new DownloadCountReporter(undefined as never);
    const latest = (now: string): string[] =>
      dueCycles(reporter, new Date(now))
        .slice(-2)
        .map(({ cycle, dueAt }) => `${cycle.toString()} ${dueAt.toISOString()}`);
    expect(latest('2026-03-01T05:59:59.999Z')).toEqual([
      '2026-02-26 2026-02-27T06:00:00.000Z',
      '2026-02-27 2026-02-28T06:00:00.000Z',
    ]);
    expect(latest('2026-03-01T06:00:00.000Z')).toEqual([
      '2026-02-27 2026-02-28T06:00:00.000Z',
      '2026-02-28 2026-03-01T06:00:00.000Z',
    ]);
  });
});
