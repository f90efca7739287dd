import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Report } from '../../src/model/report.js';
import { Run } from '../../src/model/run.js';
import type { PublicItemUsageReporter } from '../../src/reporters/public-item-usage.reporter.js';
import type { MonthlyPublicItemUsageReport } from '../../src/reports/monthly/public-item-usage.js';
import { MetricsRepository, StoreUnavailableError } from '../../src/storage/metrics.repository.js';
import { iriOf } from '../support/builders.js';
import {
  askForRun,
  ended,
  eventually,
  history,
  lookAfterReporters,
  publicItemUsageOf,
  record,
  run,
  runs,
  usageReports,
} from '../support/reporter-runs.js';
import { TestApp } from '../support/test-app.js';

const REPORTER = 'public_item_usage';
/** Enough for more than two saves. */
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

  async function start(now = '2026-11-24T12:00:00Z'): Promise<TestApp> {
    return await TestApp.start({ DATA_DIR: dataDir }, now);
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

  /** What a process leaves behind that was killed in the middle of a run. */
  async function leaveCutOff(fields: Partial<Run> = {}): Promise<void> {
    const cutOff = Object.assign(new Run(), {
      id: 'cut-off',
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
    await repository().saveRun(cutOff);
  }

  /** Breaks the reporter after so many reports of each of its next runs. */
  function breakAfter(...counts: readonly number[]): { continuedAfter: (string | undefined)[] } {
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
        let made = 0;
        for await (const each of report(month, after)) {
          if (made === count) throw new Error('the source is away');
          made += 1;
          yield each;
        }
      });
    }
    return { continuedAfter };
  }

  it('that was killed goes on after the report saved last, when its lease has run out', async () => {
    await useItems(['item1', 'item2', 'item3', 'item4']);
    await leaveCutOff();
    const lease = { name: `reporter ${REPORTER}`, holder: 'killed', now: app.clock.now() };
    await repository().acquireLease({ ...lease, expiresAt: new Date('2026-11-24T12:00:50Z') });
    await app.stop({ keepData: true });

    app = await start('2026-11-24T12:00:05Z');
    await lookAfterReporters(app);
    expect(await history(app)).toEqual([`${REPORTER} 2026-10 running`]);
    app.clock.set('2026-11-24T12:00:50Z');
    await lookAfterReporters(app);
    const [resumed, ...others] = await runs(app);
    expect(others).toEqual([]);
    expect(resumed).toMatchObject({
      id: 'cut-off',
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

  it('that was killed goes on at start, or when it is asked for', async () => {
    await useItems(['item1', 'item2', 'item3']);
    await leaveCutOff();
    const asked = await run(app, REPORTER, '2026-10');
    expect(asked).toMatchObject({ id: 'cut-off', attributes: { state: 'succeeded', reports_saved: 3 } });
    await leaveCutOff({ id: 'another', cycle: '2026-09', reports_saved: 0, last_key: null });
    await app.stop({ keepData: true });
    app = await start();
    expect((await ended(app, 'another')).attributes.state).toBe('succeeded');
  });

  it('is cut off when the service is told to end, and goes on when it starts again', async () => {
    await useItems(ITEMS);
    const reporter = publicItemUsageOf(app);
    const report = reporter.report.bind(reporter);
    let saved: () => void = () => undefined;
    const isStopping = new Promise<void>((resolve) => {
      saved = resolve;
    });
    jest.spyOn(reporter, 'report').mockImplementation(async function* (month, after) {
      let made = 0;
      for await (const each of report(month, after)) {
        if (made === 1_500) await isStopping;
        made += 1;
        yield each;
      }
    });
    await askForRun(app, REPORTER, '2026-10');
    const { id } = await eventually(async () => (await runs(app)).find((each) => each.attributes.reports_saved > 0));
    const stopped = app.stop({ keepData: true });
    saved();
    await stopped;

    app = await start('2026-11-24T12:00:01Z');
    expect(await ended(app, id)).toMatchObject({
      attributes: { state: 'succeeded', reports_saved: ITEMS.length, finished_at: '2026-11-24T12:00:01.000Z' },
    });
    expect(await runs(app)).toHaveLength(1);
    expect(await repository().countReports(publicItemUsageOf(app).reportType, {})).toBe(ITEMS.length);
  });

  it('is tried again when its source fails, from the report saved last', async () => {
    await useItems(ITEMS);
    const { continuedAfter } = breakAfter(1_200, 500);
    const { attributes } = await run(app, REPORTER, '2026-10');
    expect(attributes).toMatchObject({ state: 'succeeded', reports_saved: ITEMS.length, error: null });
    expect(continuedAfter).toEqual([undefined, iriOf('i0999'), iriOf('i0999')]);
    expect(await repository().countReports(publicItemUsageOf(app).reportType, {})).toBe(ITEMS.length);
  });

  it('gets all its tries back when it has got on', async () => {
    await useItems(ITEMS);
    // One more failure than there are tries, but never so many at the same place.
    const { continuedAfter } = breakAfter(0, 0, 1_100, 0, 1_100);
    expect((await run(app, REPORTER, '2026-10')).attributes.state).toBe('succeeded');
    expect(continuedAfter).toHaveLength(6);
  });

  it('fails when every try does, says why, and may be run again from the beginning', async () => {
    await useItems(['item1', 'item2']);
    const { continuedAfter } = breakAfter(1, 1, 1);
    const { id, attributes } = await run(app, REPORTER, '2026-10');
    expect(attributes).toMatchObject({
      state: 'failed',
      error: 'the source is away',
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

  it('is tried again when the store cannot take its reports', async () => {
    await useItems(['item1', 'item2']);
    jest.spyOn(repository(), 'saveReports').mockRejectedValueOnce(new StoreUnavailableError('the store is away'));
    expect((await run(app, REPORTER, '2026-10')).attributes).toMatchObject({ state: 'succeeded', reports_saved: 2 });
  });

  it('counts each report once, when a reporter that cannot go on in the middle begins anew', async () => {
    await useItems(ITEMS);
    const reporter: PublicItemUsageReporter & { keyOf?: (report: MonthlyPublicItemUsageReport) => string } =
      publicItemUsageOf(app);
    Object.defineProperty(reporter, 'keyOf', { value: undefined });
    const { continuedAfter } = breakAfter(1_200);
    const { attributes } = await run(app, REPORTER, '2026-10');
    expect(attributes).toMatchObject({ state: 'succeeded', reports_saved: ITEMS.length, last_key: null });
    expect(continuedAfter).toEqual([undefined, undefined]);
  });

  it('tells of each report when it is saved', async () => {
    await useItems(['item1', 'item2']);
    const told: string[] = [];
    const saveReports = jest.spyOn(repository(), 'saveReports');
    Object.assign(publicItemUsageOf(app), {
      afterSave: async (report: MonthlyPublicItemUsageReport): Promise<void> => {
        const saved = await usageReports(app, '2026-10');
        told.push(`${report.item_osfids.join()} ${saved.has(report.item_osfids.join())}`);
      },
    });
    await run(app, REPORTER, '2026-10');
    expect(told).toEqual(['item1 true', 'item2 true']);
    expect(saveReports).toHaveBeenCalledTimes(1);
  });

  it('saves in bulk, never more than a thousand reports at a time', async () => {
    await useItems(ITEMS);
    const saved = jest.spyOn(repository(), 'saveReports');
    await run(app, REPORTER, '2026-10');
    const sizes = saved.mock.calls.map(([reports]: [readonly Report[]]) => reports.length);
    expect(sizes).toEqual([1_000, 1_000, 300]);
  });
});
