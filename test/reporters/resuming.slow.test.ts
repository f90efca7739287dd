import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../src/model/report.js';
import { Run } from '../../src/model/run.js';
import type { PublicItemUsageReporter } from '../../src/reporters/public-item-usage.reporter.js';
import type { MonthlyPublicItemUsageReport } from '../../src/reports/monthly/public-item-usage.js';
import { MetricsRepository, StoreUnavailableError } from '../../src/storage/metrics.repository.js';
import { iriOf } from '../support/builders.js';
import {
  eventually,
  history,
  publicItemUsageOf,
  record,
  requestRun,
  resumeInterrupted,
  run,
  runs,
  usageReports,
  waitForEnd,
} from '../support/reporter-runs.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

const REPORTER = 'public_item_usage';
/** More than fit into two saves. */
const ITEMS = Array.from({ length: 2_300 }, (_, index) => `i${String(index).padStart(4, '0')}`);

describe('a run of a reporter', () => {
  let dataDir: string;
  let app: TestApp;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-'));
    app = await start();
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await app.stop();
  });

  async function start(now = '2026-11-24T12:00:00Z', environment = {}): Promise<TestApp> {
    return await TestApp.start({ DATA_DIR: dataDir, ...environment }, now);
  }

  function repository(): MetricsRepository {
    return app.nest.get(MetricsRepository);
  }

  async function useItems(items: readonly string[]): Promise<void> {
    await record(
      app,
      items.map((item) => ({ item, at: '2026-10-05T12:00:00Z', session: item })),
    );
  }

  /** Saves the record of a run whose process was killed. */
  async function saveInterruptedRun(fields: Partial<Run> = {}): Promise<void> {
    const interrupted = Object.assign(new Run(), {
      id: 'interrupted',
      reporter: REPORTER,
      cycle: '2026-10',
      state: 'running',
      started_at: new Date('2026-11-24T11:00:00Z'),
      finished_at: null,
      reports_saved: 2,
      last_key: iriOf('item2'),
      error: null,
      ...fields,
    });
    await repository().saveRun(interrupted);
  }

  /** Lets the reporter fail in its next runs, each time after the given number of reports. */
  function failAfter(...counts: readonly number[]): { continuedAfter: (string | undefined)[] } {
    const reporter = publicItemUsageOf(app);
    const report = reporter.report.bind(reporter);
    const continuedAfter: (string | undefined)[] = [];
    const spy = jest.spyOn(reporter, 'report');
    spy.mockImplementation((month, after) => {
      continuedAfter.push(after);
      return report(month, after);
    });
    for (const count of counts) {
      spy.mockImplementationOnce(async function* (month, after): AsyncIterable<MonthlyPublicItemUsageReport> {
        continuedAfter.push(after);
        let yielded = 0;
        for await (const each of report(month, after)) {
          if (yielded === count) throw new Error('the source is unavailable');
          yielded += 1;
          yield each;
        }
      });
    }
    return { continuedAfter };
  }

  it('says why it waits for its next attempt', async () => {
    await app.stop({ keepData: true });
    app = await start('2026-11-24T12:00:00Z', { REPORTER_RETRY_SECONDS: '3600' });
    await useItems(['item1']);
    failAfter(0);
    await requestRun(app, REPORTER, '2026-10');
    const error = 'the source is unavailable; retry at 2026-11-24T13:00:00.000Z';
    expect(await eventually(async () => (await runs(app)).find(({ attributes }) => attributes.error))).toMatchObject({
      attributes: { state: 'running', error },
    });
    const page = await app.request('dashboard/state/', { key: ADMIN_KEY });
    expect(await page.text()).toContain(error);
  });

  it('resumes after the last saved report when its process was killed and its lease has expired', async () => {
    await useItems(['item1', 'item2', 'item3', 'item4']);
    await saveInterruptedRun();
    const lease = { name: `reporter ${REPORTER}`, holder: 'killed', now: app.clock.now() };
    await repository().acquireLease({ ...lease, expiresAt: new Date('2026-11-24T12:00:50Z') });
    await app.stop({ keepData: true });

    app = await start('2026-11-24T12:00:05Z');
    await resumeInterrupted(app);
    expect(await history(app)).toEqual([`${REPORTER} 2026-10 running`]);
    app.clock.set('2026-11-24T12:00:50Z');
    await resumeInterrupted(app);
    const [resumed, ...others] = await runs(app);
    expect(others).toEqual([]);
    expect(resumed).toMatchObject({
      id: 'interrupted',
      attributes: {
        state: 'succeeded',
        started_at: '2026-11-24T11:00:00.000Z',
        finished_at: '2026-11-24T12:00:50.000Z',
        reports_saved: 4,
        last_key: iriOf('item4'),
      },
    });
    expect([...(await usageReports(app, '2026-10')).keys()].sort()).toEqual(['item3', 'item4']);
  });

  it('resumes at start or on request when its process was killed', async () => {
    await useItems(['item1', 'item2', 'item3']);
    await saveInterruptedRun();
    const requested = await run(app, REPORTER, '2026-10');
    expect(requested).toMatchObject({ id: 'interrupted', attributes: { state: 'succeeded', reports_saved: 3 } });
    await saveInterruptedRun({ id: 'another', cycle: '2026-09', reports_saved: 0, last_key: null });
    await app.stop({ keepData: true });
    app = await start();
    expect((await waitForEnd(app, 'another')).attributes.state).toBe('succeeded');
  });

  it('is interrupted by a shutdown and resumes at the next start', async () => {
    await useItems(ITEMS);
    const reporter = publicItemUsageOf(app);
    const report = reporter.report.bind(reporter);
    let resume: () => void = () => undefined;
    const isStopping = new Promise<void>((resolve) => {
      resume = resolve;
    });
    jest.spyOn(reporter, 'report').mockImplementation(async function* (month, after) {
      let yielded = 0;
      for await (const each of report(month, after)) {
        if (yielded === 1_500) await isStopping;
        yielded += 1;
        yield each;
      }
    });
    await requestRun(app, REPORTER, '2026-10');
    const { id } = await eventually(async () => (await runs(app)).find((each) => each.attributes.reports_saved > 0));
    const stopped = app.stop({ keepData: true });
    resume();
    await stopped;

    app = await start('2026-11-24T12:00:01Z');
    expect(await waitForEnd(app, id)).toMatchObject({
      attributes: { state: 'succeeded', reports_saved: ITEMS.length, finished_at: '2026-11-24T12:00:01.000Z' },
    });
    expect(await runs(app)).toHaveLength(1);
    expect(await repository().countReports(publicItemUsageOf(app).reportType, {})).toBe(ITEMS.length);
  });

  it('is retried from the last saved report when its source fails', async () => {
    await useItems(ITEMS);
    const { continuedAfter } = failAfter(1_200, 500);
    const { attributes } = await run(app, REPORTER, '2026-10');
    expect(attributes).toMatchObject({ state: 'succeeded', reports_saved: ITEMS.length, error: null });
    expect(continuedAfter).toEqual([undefined, iriOf('i0999'), iriOf('i0999')]);
    expect(await repository().countReports(publicItemUsageOf(app).reportType, {})).toBe(ITEMS.length);
  });

  it('gets all retries again after it has made progress', async () => {
    await useItems(ITEMS);
    // More failures than retries, but never more than two at the same report.
    const { continuedAfter } = failAfter(0, 0, 1_100, 0, 1_100);
    expect((await run(app, REPORTER, '2026-10')).attributes.state).toBe('succeeded');
    expect(continuedAfter).toHaveLength(6);
  });

  it('fails with the reason after the last retry, and starts from the beginning when run again', async () => {
    await useItems(['item1', 'item2']);
    const { continuedAfter } = failAfter(1, 1, 1);
    const { id, attributes } = await run(app, REPORTER, '2026-10');
    expect(attributes).toMatchObject({
      state: 'failed',
      error: 'the source is unavailable',
      reports_saved: 0,
      finished_at: '2026-11-24T12:00:00.000Z',
    });
    expect(continuedAfter).toHaveLength(3);
    app.clock.advance(1);
    const again = await run(app, REPORTER, '2026-10');
    expect(again.id).not.toBe(id);
    expect(again.attributes).toMatchObject({ state: 'succeeded', reports_saved: 2 });
    expect(await history(app)).toEqual([`${REPORTER} 2026-10 failed`, `${REPORTER} 2026-10 succeeded`]);
  });

  it('is retried when the store cannot save its reports', async () => {
    await useItems(['item1', 'item2']);
    jest
      .spyOn(repository(), 'saveReports')
      .mockRejectedValueOnce(new StoreUnavailableError('the store is unavailable'));
    expect((await run(app, REPORTER, '2026-10')).attributes).toMatchObject({ state: 'succeeded', reports_saved: 2 });
  });

  it('counts each report once when a reporter without keys starts again', async () => {
    await useItems(ITEMS);
    const reporter: PublicItemUsageReporter & { keyOf?: (report: MonthlyPublicItemUsageReport) => string } =
      publicItemUsageOf(app);
    Object.defineProperty(reporter, 'keyOf', { value: undefined });
    const { continuedAfter } = failAfter(1_200);
    const { attributes } = await run(app, REPORTER, '2026-10');
    expect(attributes).toMatchObject({ state: 'succeeded', reports_saved: ITEMS.length, last_key: null });
    expect(continuedAfter).toEqual([undefined, undefined]);
  });

  it('calls afterSave for each report once it is saved', async () => {
    await useItems(['item1', 'item2']);
    const calls: string[] = [];
    const saveReports = jest.spyOn(repository(), 'saveReports');
    Object.assign(publicItemUsageOf(app), {
      afterSave: async (report: MonthlyPublicItemUsageReport): Promise<void> => {
        const saved = await usageReports(app, '2026-10');
        calls.push(`${report.item_osfids.join()} ${saved.has(report.item_osfids.join())}`);
      },
    });
    await run(app, REPORTER, '2026-10');
    expect(calls).toEqual(['item1 true', 'item2 true']);
    expect(saveReports).toHaveBeenCalledTimes(1);
  });

  it('saves in bulk, at most a thousand reports at a time', async () => {
    await useItems(ITEMS);
    const saved = jest.spyOn(repository(), 'saveReports');
    await run(app, REPORTER, '2026-10');
    const sizes = saved.mock.calls.map(([reports]: [readonly Report[]]) => reports.length);
    expect(sizes).toEqual([1_000, 1_000, 300]);
  });
});
