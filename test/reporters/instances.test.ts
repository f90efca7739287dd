import { jest } from '@jest/globals';
import { Registry } from 'prom-client';
import { Configuration } from '../../src/config/configuration.js';
import { ReporterMetrics } from '../../src/reporters/reporter-metrics.js';
import { ReporterRunner, RunNotStartedError } from '../../src/reporters/reporter-runner.service.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { YearMonth } from '../../src/time/year-month.js';
import { eventually, history, publicItemUsageOf, record, runs } from '../support/reporter-runs.js';
import { TestApp } from '../support/test-app.js';

const REPORTER = 'public_item_usage';
const OCTOBER = YearMonth.parse('2026-10');
/** Enough for more than two saves. */
const ITEMS = Array.from({ length: 2_300 }, (_, index) => `i${String(index).padStart(4, '0')}`);

describe('of several instances on one store, a run', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
    await record(
      app,
      ITEMS.map((item) => ({ item, at: '2026-10-05T12:00:00Z', session: item })),
    );
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await app.stop();
  });

  /** Another instance, as far as the store can tell. */
  function another(): ReporterRunner {
    const metrics = new ReporterMetrics(new Registry());
    const configuration = app.nest.get(Configuration);
    const repository = app.nest.get(MetricsRepository);
    return new ReporterRunner([], [publicItemUsageOf(app)], repository, configuration, metrics, app.clock);
  }

  it('is done by exactly one', async () => {
    const instances = [another(), another(), another()];
    const since = new Date('2026-11-02T06:30:00Z');
    const started = await Promise.allSettled(
      instances.map(async (instance) => await instance.start(publicItemUsageOf(app), OCTOBER, since)),
    );
    const [one, ...others] = started.filter(({ status }) => status === 'fulfilled');
    expect(others).toEqual([]);
    for (const each of started) {
      if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(RunNotStartedError);
    }
    if (one?.status === 'fulfilled') expect(await one.value.finished).toMatchObject({ state: 'succeeded' });
    // One that comes late finds the work done.
    const late = another().start(publicItemUsageOf(app), OCTOBER, since);
    await expect(late).rejects.toThrow('has already run for 2026-10');
    expect(await history(app)).toEqual([`${REPORTER} 2026-10 succeeded`]);
  });

  it('is taken over when the one that did it says nothing for too long, which then lets it be', async () => {
    const slow = another();
    const reporter = publicItemUsageOf(app);
    const report = reporter.report.bind(reporter);
    let wakeUp: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => {
      wakeUp = resolve;
    });
    const saves = jest.spyOn(app.nest.get(MetricsRepository), 'saveReports');
    jest.spyOn(reporter, 'report').mockImplementationOnce(async function* (month, after) {
      let made = 0;
      for await (const each of report(month, after)) {
        if (made === 1_000) await asleep;
        made += 1;
        yield each;
      }
    });
    const first = await slow.start(reporter, OCTOBER);
    await eventually(async () => (await runs(app)).find((each) => each.attributes.reports_saved === 1_000));
    app.clock.advance(61);
    const second = await another().start(reporter, OCTOBER);
    expect(second.run.id).toBe(first.run.id);
    expect(await second.finished).toMatchObject({ state: 'succeeded', reports_saved: ITEMS.length });
    expect(saves).toHaveBeenCalledTimes(3);
    wakeUp();
    expect(await first.finished).toMatchObject({ state: 'running', reports_saved: 1_000 });
    expect(saves).toHaveBeenCalledTimes(3);
    expect(await history(app)).toEqual([`${REPORTER} 2026-10 succeeded`]);
  });

  it('keeps its lease for as long as it says something', async () => {
    const renewals: (() => void)[] = [];
    jest.spyOn(global, 'setInterval').mockImplementationOnce((callback: () => void) => {
      renewals.push(callback);
      return { unref: () => undefined } as unknown as NodeJS.Timeout;
    });
    let goOn: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const reporter = publicItemUsageOf(app);
    const report = reporter.report.bind(reporter);
    jest.spyOn(reporter, 'report').mockImplementationOnce(async function* (month, after) {
      await waiting;
      yield* report(month, after);
    });
    const first = await another().start(reporter, OCTOBER);
    const renewed = jest.spyOn(app.nest.get(MetricsRepository), 'acquireLease');
    for (let minutes = 0; minutes < 5; minutes += 1) {
      app.clock.advance(50);
      for (const renew of renewals) renew();
      await Promise.all(renewed.mock.results.map(({ value }) => value as Promise<boolean>));
      await expect(another().start(reporter, OCTOBER)).rejects.toThrow('is already running for 2026-10');
    }
    goOn();
    expect(await first.finished).toMatchObject({ state: 'succeeded' });
  });
});
