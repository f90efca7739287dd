import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DownloadCountReporter } from '../../src/reporters/download-count.reporter.js';
import { MetricsRepository, StoreUnavailableError } from '../../src/storage/metrics.repository.js';
import { eventually, record, resumeInterrupted, run } from '../support/reporter-runs.js';
import { TestApp } from '../support/test-app.js';

describe('the metrics of reporters', () => {
  let dataDir: string;
  let app: TestApp;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-'));
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await app.stop({ keepData: true });
    await rm(dataDir, { recursive: true });
  });

  async function start(now: string, environment: Record<string, string> = {}): Promise<void> {
    app = await TestApp.start({ DATA_DIR: dataDir, ...environment }, now);
    await eventually(async () => ((await metric('checked_timestamp_seconds', 'download_count')) ? true : undefined));
  }

  async function metric(name: string, reporter: string): Promise<number | undefined> {
    const text = await (await app.request(`${app.url}/metrics`)).text();
    const value = new RegExp(`^osf_metrics_reporter_${name}\\{reporter="${reporter}"\\} (.*)$`, 'm').exec(text)?.[1];
    return value === undefined ? undefined : Number(value);
  }

  async function timestamp(name: string, reporter: string): Promise<string> {
    return new Date(((await metric(`${name}_timestamp_seconds`, reporter)) ?? NaN) * 1_000).toISOString();
  }

  it('count the due cycles of a reporter that never ran, on an instance that runs none', async () => {
    await start('2026-11-24T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    expect(await metric('due_cycles', 'download_count')).toBe(0);
    expect(await metric('oldest_due_timestamp_seconds', 'download_count')).toBe(0);
    app.clock.set('2026-11-27T05:00:00Z');
    await resumeInterrupted(app);
    expect(await metric('due_cycles', 'download_count')).toBe(2);
    expect(await timestamp('oldest_due', 'download_count')).toBe('2026-11-25T06:00:00.000Z');
    expect(await metric('last_success_timestamp_seconds', 'download_count')).toBe(0);
    expect(await metric('due_cycles', 'public_item_usage')).toBe(0);
    app.clock.set('2026-12-02T06:30:00Z');
    await resumeInterrupted(app);
    expect(await timestamp('oldest_due', 'public_item_usage')).toBe('2026-12-02T06:30:00.000Z');
  });

  it('count the due cycle of a reporter that never ran, after a restart', async () => {
    await start('2026-11-24T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await record(app, [{ at: '2026-11-24T11:00:00Z', labels: ['download'] }]);
    await app.stop({ keepData: true });
    await start('2026-11-25T09:00:00Z', { REPORTERS_ENABLED: 'false' });
    expect(await metric('due_cycles', 'download_count')).toBe(1);
    expect(await timestamp('oldest_due', 'download_count')).toBe('2026-11-25T06:00:00.000Z');
  });

  it('name the last success, also after a restart, and cycles that are missing after it', async () => {
    await start('2026-11-24T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    await run(app, 'download_count', '2026-11-23');
    await app.stop({ keepData: true });
    await start('2026-11-26T07:00:00Z', { REPORTERS_ENABLED: 'false' });
    expect(await timestamp('last_success', 'download_count')).toBe('2026-11-24T12:00:00.000Z');
    expect(await metric('due_cycles', 'download_count')).toBe(2);
    for (const date of ['2026-11-24', '2026-11-25']) await run(app, 'download_count', date);
    await resumeInterrupted(app);
    expect(await timestamp('last_success', 'download_count')).toBe('2026-11-26T07:00:00.000Z');
    expect(await metric('due_cycles', 'download_count')).toBe(0);
  });

  it('count a cycle whose run failed', async () => {
    await start('2026-11-24T12:00:00Z', { REPORTERS_ENABLED: 'false' });
    jest.spyOn(DownloadCountReporter.prototype, 'report').mockImplementation(() => {
      throw new Error('the source is unavailable');
    });
    app.clock.set('2026-11-25T07:00:00Z');
    await run(app, 'download_count', '2026-11-24');
    await resumeInterrupted(app);
    expect(await metric('due_cycles', 'download_count')).toBe(1);
    expect(await timestamp('last_success', 'download_count')).toBe('1970-01-01T00:00:00.000Z');
  });

  it('do not count months that the reporter does not support', async () => {
    await start('2026-11-24T12:00:00Z', { REPORTERS_ENABLED: 'false', USAGE_REPORT_EPOCH: '2026-10' });
    await record(app, [{ at: '2026-08-05T12:00:00Z' }, { at: '2026-10-05T12:00:00Z' }]);
    app.clock.advance(3_600);
    await resumeInterrupted(app);
    expect(await metric('due_cycles', 'public_item_usage')).toBe(1);
    expect(await timestamp('oldest_due', 'public_item_usage')).toBe('2026-11-24T12:00:00.000Z');
  });

  it('say when the due runs were last looked for', async () => {
    await start('2026-11-24T12:00:00Z');
    expect(await timestamp('checked', 'download_count')).toBe('2026-11-24T12:00:00.000Z');
    app.clock.set('2026-11-24T12:10:00Z');
    const failing = jest.spyOn(app.nest.get(MetricsRepository), 'findRuns');
    failing.mockRejectedValue(new StoreUnavailableError('unavailable'));
    await resumeInterrupted(app);
    expect(await timestamp('checked', 'download_count')).toBe('2026-11-24T12:00:00.000Z');
    failing.mockRestore();
    await resumeInterrupted(app);
    expect(await timestamp('checked', 'download_count')).toBe('2026-11-24T12:10:00.000Z');
  });

  it('leave out reporters that are unavailable', async () => {
    await start('2026-11-24T12:00:00Z');
    expect(await metric('checked_timestamp_seconds', 'user_summary')).toBeUndefined();
  });
});
