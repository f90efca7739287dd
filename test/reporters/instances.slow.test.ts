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
/** More than fit into two saves. */
const ITEMS = Array.from({ length: 2_300 }, (_, index) => `i${String(index).padStart(4, '0')}`);

describe('a run with several instances on one store', () => {
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

  /** A runner with an identity of its own, like one of another instance. */
  function createRunner(): ReporterRunner {
    const metrics = new ReporterMetrics(new Registry());
    const configuration = app.nest.get(Configuration);
    const repository = app.nest.get(MetricsRepository);
    return new ReporterRunner(repository, configuration, metrics, app.clock);
  }

  it('is executed by exactly one', async () => {
    const instances = [createRunner(), createRunner(), createRunner()];
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
    // A later one finds the cycle already run.
    const late = createRunner().start(publicItemUsageOf(app), OCTOBER, since);
    await expect(late).rejects.toThrow('has already run for 2026-10');
    expect(await history(app)).toEqual([`${REPORTER} 2026-10 succeeded`]);
  });

  it('is resumed by another one when the lease expires; the first one then stops', async () => {
    const slow = createRunner();
    const reporter = publicItemUsageOf(app);
    const report = reporter.report.bind(reporter);
    let resume: () => void = () => undefined;
    const paused = new Promise<void>((resolve) => {
      resume = resolve;
    });
    const saves = jest.spyOn(app.nest.get(MetricsRepository), 'saveReports');
    jest.spyOn(reporter, 'report').mockImplementationOnce(async function* (month, after) {
      let yielded = 0;
      for await (const each of report(month, after)) {
        if (yielded === 1_000) await paused;
        yielded += 1;
        yield each;
      }
    });
    const first = await slow.start(reporter, OCTOBER);
    await eventually(async () => (await runs(app)).find((each) => each.attributes.reports_saved === 1_000));
    app.clock.advance(61);
    const second = await createRunner().start(reporter, OCTOBER);
    expect(second.run.id).toBe(first.run.id);
    expect(await second.finished).toMatchObject({ state: 'succeeded', reports_saved: ITEMS.length });
    expect(saves).toHaveBeenCalledTimes(3);
    resume();
    expect(await first.finished).toMatchObject({ state: 'running', reports_saved: 1_000 });
    expect(saves).toHaveBeenCalledTimes(3);
    expect(await history(app)).toEqual([`${REPORTER} 2026-10 succeeded`]);
  });

  it('keeps its lease as long as it renews it', async () => {
    const renewals: (() => void)[] = [];
    jest.spyOn(global, 'setInterval').mockImplementationOnce((callback: () => void) => {
      renewals.push(callback);
      return { unref: () => undefined } as unknown as NodeJS.Timeout;
    });
    let proceed: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    const reporter = publicItemUsageOf(app);
    const report = reporter.report.bind(reporter);
    jest.spyOn(reporter, 'report').mockImplementationOnce(async function* (month, after) {
      await waiting;
      yield* report(month, after);
    });
    const first = await createRunner().start(reporter, OCTOBER);
    const renewed = jest.spyOn(app.nest.get(MetricsRepository), 'acquireLease');
    for (let minutes = 0; minutes < 5; minutes += 1) {
      app.clock.advance(50);
      for (const renew of renewals) renew();
      await Promise.all(renewed.mock.results.map(({ value }) => value as Promise<boolean>));
      await expect(createRunner().start(reporter, OCTOBER)).rejects.toThrow('is already running for 2026-10');
    }
    proceed();
    expect(await first.finished).toMatchObject({ state: 'succeeded' });
  });
});
