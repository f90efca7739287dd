import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { CalendarDate } from '../../src/time/calendar-date.js';
import { YearMonth } from '../../src/time/year-month.js';
import { downloads, itemUsage } from '../support/report-samples.js';
import { TestApp } from '../support/test-app.js';

interface ReportListDocument {
  data: { attributes: { report_date?: string; report_yearmonth?: string; item_osfids: string[] } }[];
}

const TODAY = CalendarDate.parse('2026-11-24');
const DAYS = Array.from({ length: 400 }, (_, index) => TODAY.plusDays(-index).toString());
const MONTHS = Array.from({ length: 14 }, (_, index) => YearMonth.parse('2026-11').plusMonths(-index).toString());

describe('recent reports', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, '2026-11-24T23:30:00Z');
    await app.nest
      .get(MetricsRepository)
      .saveReports([...DAYS.map((date) => downloads(date, 1)), ...MONTHS.map((month) => itemUsage(month, 'abc12'))]);
  });

  afterAll(async () => await app.stop());

  async function cycles(type: string, query: string): Promise<(string | undefined)[]> {
    const { data } = await app.json<ReportListDocument>(`reports/${type}/recent/?${query}`);
    return data.map(({ attributes }) => attributes.report_date ?? attributes.report_yearmonth);
  }

  it.each([
    ['', 13, '2026-11-23', '2026-11-11'],
    ['days_back=3', 3, '2026-11-23', '2026-11-21'],
    ['timeframe=previous_1_day', 1, '2026-11-23', '2026-11-23'],
    ['timeframe=previous_7_days', 7, '2026-11-23', '2026-11-17'],
    ['timeframe=previous_1_months', 31, '2026-11-23', '2026-10-24'],
    ['timeframe=previous_9_months', 273, '2026-11-23', '2026-02-24'],
    ['timeframe=previous_1_year', 365, '2026-11-23', '2025-11-24'],
    ['timeframeStart=2026-11-20', 4, '2026-11-23', '2026-11-20'],
    ['timeframeStart=2026-11-10&timeframeEnd=2026-11-12', 2, '2026-11-11', '2026-11-10'],
    ['start_date=2026-11-20', 4, '2026-11-23', '2026-11-20'],
    ['start_date=2026-11-10&end_date=2026-11-15', 5, '2026-11-14', '2026-11-10'],
    ['start_date=2026-11-23&end_date=2030-01-01', 2, '2026-11-24', '2026-11-23'],
    ['start_date=2020-01-01&end_date=2030-01-01', 400, DAYS[0], DAYS.at(-1)],
    ['days_back=3652', 399, '2026-11-23', DAYS.at(-1)],
    ['timeframe=previous_10_years', 399, '2026-11-23', DAYS.at(-1)],
    ['timeframeStart=&timeframeEnd=', 13, '2026-11-23', '2026-11-11'],
    ['start_date=', 13, '2026-11-23', '2026-11-11'],
    ['days_back=3&start_date=', 3, '2026-11-23', '2026-11-21'],
    ['timeframeStart=2026-11-01&timeframeEnd=2026-11-02T01:00:00.000Z', 1, '2026-11-01', '2026-11-01'],
    ['timeframeStart=2026-03-08&timeframeEnd=2026-03-08T23:00:00.000Z', 1, '2026-03-08', '2026-03-08'],
  ])('daily: "%s" returns %i reports, from %s back to %s', async (query, count, newest, oldest) => {
    const found = await cycles('download_count', query);
    expect([found.length, found[0], found.at(-1)]).toEqual([count, newest, oldest]);
    expect(found).toEqual([...found].sort().reverse());
  });

  it.each([
    // 150 days back from 24 November is 27 June.
    ['', ['2026-11', '2026-10', '2026-09', '2026-08', '2026-07', '2026-06']],
    ['days_back=24', ['2026-11', '2026-10']],
    ['days_back=23', ['2026-11']],
    ['timeframe=previous_2_months', ['2026-11', '2026-10', '2026-09']],
    ['start_date=2026-11-01', ['2026-11']],
    ['start_date=2026-08-31&end_date=2026-10-01', ['2026-09', '2026-08']],
    ['start_date=2026-08-31&end_date=2026-10-02', ['2026-10', '2026-09', '2026-08']],
    ['timeframeStart=2026-09-10&timeframeEnd=2026-09-12', ['2026-09']],
  ])('monthly: "%s" returns the months that overlap the range: %j', async (query, months) => {
    expect(await cycles('public_item_usage', query)).toEqual(months);
  });

  it.each(['download_count', 'public_item_usage'])(
    '%s: returns an empty list for an empty range, or one without reports',
    async (type) => {
      for (const query of ['start_date=2026-11-20&end_date=2026-11-20', 'start_date=1999-01-01&end_date=2000-01-01']) {
        expect(await app.json(`reports/${type}/recent/?${query}`)).toEqual({ data: [] });
      }
    },
  );

  it.each([
    ['days_back=0', 'days_back'],
    ['days_back=-1', 'days_back'],
    ['days_back=1.5', 'days_back'],
    ['days_back=ten', 'days_back'],
    ['days_back=3654', 'days_back'],
    ['days_back=99999999999999999999999', 'days_back'],
    ['days_back=1&days_back=2', 'days_back'],
    ['timeframe=previous_week', 'timeframe'],
    ['timeframe=previous_0_days', 'timeframe'],
    ['timeframe=previous_3654_days', 'timeframe'],
    ['timeframe=previous_121_months', 'timeframe'],
    ['timeframe=previous_11_years', 'timeframe'],
    ['start_date=2016-11-23', 'start_date'],
    ['start_date=2000-01-01&end_date=2010-01-02', 'start_date'],
    ['timeframeStart=2026-11-01T12:00:00', 'timeframeStart'],
    ['timeframe=previous_99999999999999999999_years', 'timeframe'],
    ['timeframe=previous_7_days%0A', 'timeframe'],
    ['start_date=2026-02-30', 'start_date'],
    ['start_date=2026-13-01', 'start_date'],
    ['start_date=yesterday', 'start_date'],
    ['start_date=2026-11', 'start_date'],
    ['start_date=%00', 'start_date'],
    ['start_date=2026-11-20&end_date=2026-11-31', 'end_date'],
    ['start_date=2026-11-20&end_date=2026-11-19', 'end_date'],
    ['start_date=2026-11-25', 'start_date'],
    ['end_date=2026-11-20', 'end_date'],
    ['timeframeStart=2026-11-20&timeframeEnd=2026-11-01', 'timeframeEnd'],
    ['timeframeEnd=2026-11-01', 'timeframeEnd'],
    ['timeframeStart=2026-11-31', 'timeframeStart'],
    ['days_back=3&timeframe=previous_3_days', 'timeframe'],
    ['days_back=3&end_date=2026-11-20', 'end_date'],
    ['timeframeStart=2026-11-01&end_date=2026-11-20', 'end_date'],
    ['timeframe=previous_3_days&timeframeEnd=2026-11-20', 'timeframeEnd'],
    ['from=2026-11-01', 'from'],
    ['page[size]=3', 'page[size]'],
    ['__proto__=1', '__proto__'],
  ])('returns 400 for "%s", naming %s', async (query, parameter) => {
    const response = await app.request(`reports/download_count/recent/?${query}`);
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { source: object; detail: string }[] };
    expect(errors).toHaveLength(1);
    expect(errors[0]?.source).toEqual({ parameter });
    expect(errors[0]?.detail).not.toBe('');
  });
});

describe('recent reports on the first day of a month', () => {
  it('include the current month', async () => {
    const app = await TestApp.start({}, '2026-11-01T00:00:00Z');
    await app.nest.get(MetricsRepository).saveReports(['2026-10', '2026-11'].map((month) => itemUsage(month, 'abc12')));
    const { data } = await app.json<ReportListDocument>('reports/public_item_usage/recent/?days_back=1');
    expect(data.map(({ attributes }) => attributes.report_yearmonth)).toEqual(['2026-11', '2026-10']);
    await app.stop();
  });
});

describe('more than ten thousand recent reports', () => {
  it('are limited to the newest ten thousand', async () => {
    const app = await TestApp.start();
    const usages = Array.from({ length: 10_001 }, (_, index) => itemUsage('2026-10', `item${index}`));
    await app.nest
      .get(MetricsRepository)
      .saveReports([itemUsage('2026-09', 'old'), itemUsage('2026-11', 'new'), ...usages]);
    const { data } = await app.json<ReportListDocument>('reports/public_item_usage/recent/');
    expect(data).toHaveLength(10_000);
    expect(data[0]?.attributes.report_yearmonth).toBe('2026-11');
    expect(new Set(data.map(({ attributes }) => attributes.item_osfids[0])).size).toBe(10_000);
    expect(data.at(-1)?.attributes.report_yearmonth).toBe('2026-10');
    await app.stop();
  });
});
