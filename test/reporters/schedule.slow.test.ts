import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DownloadCountReporter } from '../../src/reporters/download-count.reporter.js';
import { PublicItemUsageReporter } from '../../src/reporters/public-item-usage.reporter.js';
import { DAILY_SCHEDULE, MONTHLY_SCHEDULE } from '../../src/reporters/reporter.js';
import { ReporterRunner, RunNotStartedError } from '../../src/reporters/reporter-runner.service.js';
import { DailyDownloadCountReport } from '../../src/reports/daily/download-count.js';
import {
  history,
  publicItemUsageOf,
  record,
  requestRun,
  resumeInterrupted,
  run,
  tick,
  usageReports,
  waitForHistory,
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

  /** Starts the service at that time, always on the same data. */
  async function start(now: string, environment: Record<string, string> = {}): Promise<TestApp> {
    const app = await TestApp.start({ DATA_DIR: dataDir, REPORTERS_ENABLED: 'true', ...environment }, now);
    apps.push(app);
    return app;
  }

  const stop = async (): Promise<void> => await apps.pop()?.stop({ keepData: true });

  it('runs daily reporters at 06:00 UTC for yesterday, monthly ones at 06:30 on the 2nd for last month', async () => {
    const app = await start('2026-11-30T12:00:00Z');
    app.clock.set('2026-12-01T06:00:00Z');
    await tick(app, DAILY_SCHEDULE);
    const expected = ['download_count 2026-11-30 succeeded'];
    await waitForHistory(app, expected);
    app.clock.set('2026-12-02T06:00:00Z');
    await tick(app, DAILY_SCHEDULE);
    await waitForHistory(app, [...expected, 'download_count 2026-12-01 succeeded']);
    app.clock.set('2026-12-02T06:30:00Z');
    await tick(app, MONTHLY_SCHEDULE);
    await waitForHistory(app, [
      ...expected,
      'download_count 2026-12-01 succeeded',
      'public_item_usage 2026-11 succeeded',
    ]);
  });

  it('runs nothing before it is due, and nothing twice', async () => {
    const app = await start('2026-11-30T12:00:00Z');
    app.clock.set('2026-12-01T05:59:59Z');
    await resumeInterrupted(app);
    expect(await history(app)).toEqual([]);
    app.clock.set('2026-12-01T06:00:00Z');
    for (const _tick of [1, 2, 3]) {
      await tick(app, DAILY_SCHEDULE);
      await resumeInterrupted(app);
    }
    await waitForHistory(app, ['download_count 2026-11-30 succeeded']);
  });

  it('runs a month again when it was run by hand before it was over', async () => {
    const app = await start('2026-11-24T12:00:00Z');
    await record(app, [{ item: 'proj1', at: '2026-11-20T12:00:00Z', session: 'a' }]);
    await run(app, 'public_item_usage', '2026-11');
    app.clock.set('2026-12-01T12:00:00Z');
    await record(app, [{ item: 'proj1', at: '2026-11-30T12:00:00Z', session: 'b' }]);
    app.clock.set('2026-12-02T06:30:00Z');
    await tick(app, MONTHLY_SCHEDULE);
    await waitForHistory(app, ['public_item_usage 2026-11 succeeded', 'public_item_usage 2026-11 succeeded']);
    expect((await usageReports(app, '2026-11')).get('proj1')?.['view_count']).toBe(2);
  });

  it('runs only on request when REPORTERS_ENABLED is false', async () => {
    const app = await start('2026-11-30T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await record(app, [{ at: '2026-11-29T12:00:00Z', labels: ['download'] }]);
    app.clock.set('2026-12-02T06:30:00Z');
    await tick(app, DAILY_SCHEDULE);
    await tick(app, MONTHLY_SCHEDULE);
    await resumeInterrupted(app);
    expect(await history(app)).toEqual([]);
    expect((await run(app, 'download_count', '2026-11-29')).attributes.state).toBe('succeeded');
    await stop();
    const later = await start('2026-12-05T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await resumeInterrupted(later);
    expect(await history(later)).toEqual(['download_count 2026-11-29 succeeded']);
  });

  it('catches up at start the cycles that were due while the service was down, oldest first', async () => {
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
    await waitForHistory(
      later,
      ['2026-07', '2026-08', '2026-09', '2026-10'].map((month) => `public_item_usage ${month} succeeded`),
    );
    // The cumulative count of October includes August, which was therefore run first.
    expect((await usageReports(later, '2026-10')).get('proj1')?.['cumulative_view_count']).toBe(3);
  });

  it('runs a failed month before the later months that build on it', async () => {
    const app = await start('2026-09-05T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await record(app, [{ item: 'proj1', at: '2026-08-05T12:00:00Z', session: 'a' }]);
    await run(app, 'public_item_usage', '2026-07');
    app.clock.set('2026-10-05T12:00:00Z');
    await record(app, [{ item: 'proj1', at: '2026-09-05T12:00:00Z', session: 'b' }]);
    await stop();
    const failing = jest.spyOn(PublicItemUsageReporter.prototype, 'report').mockImplementation(() => {
      throw new Error('the source is unavailable');
    });
    const later = await start('2026-10-05T12:00:00Z');
    const before = ['public_item_usage 2026-07 succeeded', 'public_item_usage 2026-08 failed'];
    await waitForHistory(later, before);
    await resumeInterrupted(later);
    await waitForHistory(later, before);
    failing.mockRestore();
    await tick(later, MONTHLY_SCHEDULE);
    const all = ['2026-08', '2026-09'].map((month) => `public_item_usage ${month} succeeded`);
    await waitForHistory(later, [...before, ...all]);
    expect((await usageReports(later, '2026-09')).get('proj1')?.['cumulative_view_count']).toBe(2);
  });

  it('runs later months again when a month that they build on was rerun', async () => {
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
    await waitForHistory(later, [...twice, ...twice]);
    expect((await usageReports(later, '2026-09')).get('proj1')?.['cumulative_view_count']).toBe(2);
    later.clock.advance(60);
    await resumeInterrupted(later);
    await waitForHistory(later, [...twice, ...twice]);
  });

  it('runs a failed day again although a later one has succeeded', async () => {
    const app = await start('2026-11-21T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await run(app, 'download_count', '2026-11-20');
    await stop();
    const failing = jest.spyOn(DownloadCountReporter.prototype, 'report');
    failing.mockImplementation(async function* (report_date) {
      if (report_date.toString() === '2026-11-21') throw new Error('the source is unavailable');
      const report = DailyDownloadCountReport.of<DailyDownloadCountReport>({ report_date, daily_file_downloads: 0 });
      yield await Promise.resolve(report);
    });
    const later = await start('2026-11-23T12:00:00Z');
    const after = ['2026-11-20 succeeded', '2026-11-21 failed', '2026-11-22 succeeded'];
    await waitForHistory(
      later,
      after.map((each) => `download_count ${each}`),
    );
    failing.mockRestore();
    await tick(later, DAILY_SCHEDULE);
    await waitForHistory(
      later,
      [...after, '2026-11-21 succeeded'].map((each) => `download_count ${each}`),
    );
  });

  it('leaves later cycles to the instance that is running an earlier one', async () => {
    const app = await start('2026-11-21T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await run(app, 'download_count', '2026-11-20');
    await stop();
    const requested: string[] = [];
    const busy = jest.spyOn(ReporterRunner.prototype, 'start').mockImplementation((reporter, cycle) => {
      if (reporter.id === 'download_count') requested.push(cycle.toString());
      return Promise.reject(new RunNotStartedError('download_count is already running'));
    });
    const later = await start('2026-11-24T12:00:00Z');
    await resumeInterrupted(later);
    expect(new Set(requested)).toEqual(new Set(['2026-11-21']));
    busy.mockRestore();
    await resumeInterrupted(later);
    await waitForHistory(
      later,
      [20, 21, 22, 23].map((day) => `download_count 2026-11-${day} succeeded`),
    );
  });

  it('catches up at most 31 days, none of them before it is due', async () => {
    const app = await start('2026-01-02T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await run(app, 'download_count', '2026-01-01');
    await stop();
    const later = await start('2026-11-24T05:00:00Z');
    const days = Array.from({ length: 31 }, (_, index) => new Date(Date.UTC(2026, 9, 23 + index)).toISOString());
    await waitForHistory(later, [
      'download_count 2026-01-01 succeeded',
      ...days.map((day) => `download_count ${day.slice(0, 10)} succeeded`),
    ]);
  });

  it('does not catch up cycles from before the installation', async () => {
    const app = await start('2026-11-24T12:00:00Z');
    await resumeInterrupted(app);
    expect(await history(app)).toEqual([]);
  });

  it('does not catch up cycles from before the installation after a run on request', async () => {
    const app = await start('2026-11-24T12:00:00Z');
    await run(app, 'public_item_usage', '2026-11');
    await stop();
    const later = await start('2026-11-25T12:00:00Z');
    await resumeInterrupted(later);
    expect(await history(later)).toEqual(['public_item_usage 2026-11 succeeded']);
  });

  it('catches up the very first run if it was due while the service was down and there are usages', async () => {
    const app = await start('2026-11-24T12:00:00Z');
    await record(app, [{ at: '2026-11-24T11:00:00Z', labels: ['download'] }]);
    await stop();
    const later = await start('2026-11-25T09:00:00Z');
    await waitForHistory(later, ['download_count 2026-11-24 succeeded']);
  });

  it('skips months that the reporter does not support', async () => {
    const app = await start('2026-08-05T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await run(app, 'public_item_usage', '2026-07');
    await stop();
    const later = await start('2026-11-24T12:00:00Z', { USAGE_REPORT_EPOCH: '2026-10' });
    await waitForHistory(later, ['public_item_usage 2026-07 succeeded', 'public_item_usage 2026-10 succeeded']);
  });

  it('runs other reporters while one fails, and runs the failed one again at the next start', async () => {
    const app = await start('2026-11-30T12:00:00Z');
    jest.spyOn(publicItemUsageOf(app), 'report').mockImplementation(() => {
      throw new Error('the source is unavailable');
    });
    app.clock.set('2026-12-02T06:30:00Z');
    await tick(app, MONTHLY_SCHEDULE);
    await tick(app, DAILY_SCHEDULE);
    const expected = [
      'download_count 2026-11-30 succeeded',
      'download_count 2026-12-01 succeeded',
      'public_item_usage 2026-11 failed',
    ];
    await waitForHistory(app, expected);
    await resumeInterrupted(app);
    await waitForHistory(app, expected);
    await stop();
    await waitForHistory(await start('2026-12-02T07:00:00Z'), [...expected, 'public_item_usage 2026-11 succeeded']);
  });

  it('runs a failed cycle again with longer waits until it succeeds, also when the clock is set back', async () => {
    const app = await start('2026-11-30T12:00:00Z');
    const failing = jest.spyOn(publicItemUsageOf(app), 'report').mockImplementation(() => {
      throw new Error('the source is unavailable');
    });
    app.clock.set('2026-12-02T06:30:00Z');
    await tick(app, MONTHLY_SCHEDULE);
    const failed = ['public_item_usage 2026-11 failed'];
    await waitForHistory(app, failed);
    await resumeInterrupted(app);
    for (const minutes of [30, 60, 120, 240, 360, 360]) {
      app.clock.set('2026-12-02T06:30:00Z');
      app.clock.advance(minutes * 60 - 1);
      await resumeInterrupted(app);
      await waitForHistory(app, failed);
      app.clock.advance(1);
      await resumeInterrupted(app);
      failed.push('public_item_usage 2026-11 failed');
      await waitForHistory(app, failed);
      await resumeInterrupted(app);
    }
    failing.mockRestore();
    app.clock.advance(6 * 3600);
    await resumeInterrupted(app);
    await waitForHistory(app, [...failed, 'public_item_usage 2026-11 succeeded']);
    app.clock.advance(6 * 3600);
    await resumeInterrupted(app);
    await waitForHistory(app, [...failed, 'public_item_usage 2026-11 succeeded']);
  });

  it('runs a cycle that became due while the reporter was busy once it is free', async () => {
    const app = await start('2026-12-01T05:59:30Z');
    let resume: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => {
      resume = resolve;
    });
    const reporter = app.nest.get(DownloadCountReporter, { strict: false });
    const report = reporter.report.bind(reporter);
    jest.spyOn(reporter, 'report').mockImplementationOnce(async function* (date) {
      await waiting;
      yield* report(date);
    });
    await requestRun(app, 'download_count', '2026-12-01');
    app.clock.set('2026-12-01T06:00:00Z');
    await tick(app, DAILY_SCHEDULE);
    await resumeInterrupted(app);
    expect(await history(app)).toEqual(['download_count 2026-12-01 running']);
    resume();
    await waitForHistory(app, ['download_count 2026-12-01 succeeded']);
    await resumeInterrupted(app);
    await waitForHistory(app, ['download_count 2026-11-30 succeeded', 'download_count 2026-12-01 succeeded']);
  });
});
