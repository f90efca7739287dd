import { DownloadCountReporter } from '../../src/reporters/download-count.reporter.js';
import { DailyDownloadCountReport } from '../../src/reports/daily/download-count.js';
import { history, run } from '../support/reporter-runs.js';
import { TestApp } from '../support/test-app.js';

const REPORTER = 'download_count';
const CYCLE = '2026-11-23';

describe('a reporter that builds an invalid report', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await app.stop();
  });

  /** Lets the reporter build reports with this value in place of a count. @returns how often it was run */
  function report(value: unknown): jest.SpyInstance {
    const reporter = app.nest.get(DownloadCountReporter, { strict: false });
    return jest.spyOn(reporter, 'report').mockImplementation(async function* (date) {
      yield await Promise.resolve(
        DailyDownloadCountReport.of<DailyDownloadCountReport>({
          report_date: date,
          daily_file_downloads: value as number,
        }),
      );
    });
  }

  it.each([
    ["'many'", 'many'],
    [`'${'x'.repeat(100)}'... 900 more characters`, 'x'.repeat(1_000)],
    ['1.5', 1.5],
    ['-1', -1],
    ['10n', 10n],
    ['null', null],
    ['undefined', undefined],
  ])('fails without a retry, naming the class, the field and the value %s', async (shown, value) => {
    const spy = report(value);
    const { attributes } = await run(app, REPORTER, CYCLE);
    expect(attributes).toMatchObject({ state: 'failed', reports_saved: 0 });
    expect(attributes.error).toMatch(/^invalid DailyDownloadCountReport: daily_file_downloads must [^;]+, but/);
    expect(attributes.error).toContain(`, but daily_file_downloads is ${shown}`);
    expect(spy).toHaveBeenCalledTimes(1);
    expect((await app.json<{ data: unknown[] }>(`reports/${REPORTER}/`)).data).toEqual([]);
    expect(await history(app)).toEqual([`${REPORTER} ${CYCLE} failed`]);
  });
});
