import type { Report } from '../../src/model/report.js';
import { DailyUserSummaryReport } from '../../src/reports/daily/user-summary.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { CalendarDate } from '../../src/time/calendar-date.js';
import { ADMIN_DASHBOARD_HEADERS, ADMIN_FRONT_END, readLikeJquery } from '../support/osf-clients.js';
import { SAMPLES, withTimestamp } from '../support/report-samples.js';
import { TestApp } from '../support/test-app.js';

const TODAY = CalendarDate.parse('2026-11-24');
const DAY_COUNT = 900;

type Attributes = Record<string, never> & { report_date: string; active: number };

/** A day's number of active users, which tells the days apart. */
function activeOn(date: string): number {
  return 10_000 - TODAY.compare(CalendarDate.parse(date));
}

function userSummary(date: CalendarDate): DailyUserSummaryReport {
  return withTimestamp(
    DailyUserSummaryReport.of({
      report_date: date,
      active: activeOn(date.toString()),
      deactivated: 2,
      merged: 3,
      new_users_daily: 4,
      new_users_with_institution_daily: 5,
      unconfirmed: 6,
    }),
  );
}

/** Reads an attribute as the charts do: a missing object on the way is an error. */
function read(attributes: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], attributes);
}

describe("the OSF's admin dashboard", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ CORS_ORIGINS: ADMIN_FRONT_END });
    const days = Array.from({ length: DAY_COUNT }, (_, index) => TODAY.plusDays(-index - 1));
    const others = SAMPLES.filter((report: Report) => !(report instanceof DailyUserSummaryReport));
    await app.nest.get(MetricsRepository).saveReports([...days.map(userSummary), ...others]);
  });
  afterAll(async () => await app.stop());

  async function get(type: string, query: string): Promise<Attributes[]> {
    const response = await app.request(`reports/${type}/recent/?${query}`, { headers: ADMIN_DASHBOARD_HEADERS });
    expect([query, response.status]).toEqual([query, 200]);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(ADMIN_FRONT_END);
    const { data } = (await readLikeJquery(response)) as { data: { attributes: Attributes }[] };
    return data.map(({ attributes }) => attributes);
  }

  it('draws the growth of users', async () => {
    const points = (await get('user_summary', 'timeframe=previous_800_days')).map(({ report_date, active }) => [
      new Date(report_date).toISOString(),
      active,
    ]);
    expect(points).toHaveLength(800);
    expect(points[0]).toEqual(['2026-11-23T00:00:00.000Z', activeOn('2026-11-23')]);
  });

  it('shows the number of users', async () => {
    const [latest, ...others] = await get('user_summary', 'timeframe=previous_1_days');
    expect([latest?.active, others]).toEqual([activeOn('2026-11-23'), []]);
  });

  // The limits that `getOneDayTimeframe` sends. It adds one day of local time to midnight in UTC.
  it.each([
    ['2026-11-22', '2026-11-23', '2026-11-22'],
    ['2026-11-01', '2026-11-02T01:00:00.000Z', '2026-11-01'],
    ['2026-03-08', '2026-03-08T23:00:00.000Z', '2026-03-08'],
    ['2026-03-29', '2026-03-29T23:00:00.000Z', '2026-03-29'],
    ['2026-10-25', '2026-10-26T01:00:00.000Z', '2026-10-25'],
  ])('shows the gain of one day: %s to %s', async (timeframeStart, timeframeEnd, day) => {
    const reports = await get('user_summary', `timeframeStart=${timeframeStart}&timeframeEnd=${timeframeEnd}`);
    expect(reports.map(({ report_date, active }) => [report_date, active])).toEqual([[day, activeOn(day)]]);
  });

  it('shows the gain of each day of a week, newest day first', async () => {
    const week = await get('user_summary', 'timeframe=previous_7_days');
    const gains = week.slice(0, -1).map(({ active }, index) => active - (week[index + 1]?.active ?? NaN));
    expect(gains).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it.each([
    ['user_summary', 'timeframe=previous_7_days', ['active', 'unconfirmed', 'merged', 'deactivated', 'report_date']],
    ['new_user_domains', 'timeframe=previous_7_days', ['report_date']],
    [
      'institution_summary',
      'timeframe=previous_1_day',
      [
        'institution_name',
        'users.total',
        'nodes.public',
        'nodes.private',
        'projects.public',
        'projects.private',
        'registered_nodes.public',
        'registered_nodes.embargoed_v2',
        'registered_projects.public',
        'registered_projects.embargoed_v2',
      ],
    ],
    ['institution_summary', 'timeframe=previous_100_days', ['institution_name', 'report_date', 'users.total']],
    [
      'node_summary',
      'timeframe=previous_1_days',
      ['projects', 'nodes']
        .flatMap((name) => [`${name}.total`, `${name}.public`, `${name}.private`])
        .concat(
          ['registered_projects', 'registered_nodes'].flatMap((name) => [
            `${name}.total`,
            `${name}.public`,
            `${name}.embargoed`,
          ]),
        ),
    ],
    ['preprint_summary', 'timeframe=previous_30_days', ['provider_key', 'preprint_count', 'report_date']],
    ['preprint_summary', 'timeframeStart=2026-11-01&timeframeEnd=2026-11-24', ['provider_key', 'preprint_count']],
    ['preprint_summary', 'timeframeStart=&timeframeEnd=', ['provider_key', 'preprint_count']],
    ['download_count', 'timeframe=previous_30_days', ['daily_file_downloads', 'report_date']],
    ['download_count', 'timeframeStart=&timeframeEnd=', ['daily_file_downloads', 'report_date']],
  ])('reads %s with %s', async (type, query, paths) => {
    const reports = await get(type, query);
    expect(reports.length).toBeGreaterThan(0);
    for (const report of reports) {
      for (const path of paths)
        expect([path, typeof read(report, path)]).toEqual([path, expect.stringMatching(/^(number|string)$/)]);
    }
  });

  it('reads the usage of add-ons', async () => {
    const [report] = await get('storage_addon_usage', 'timeframe=previous_8_days');
    const { usage_by_addon: addons } = report as unknown as {
      usage_by_addon: { addon_shortname: string; linked_usersettings: { total: number } }[];
    };
    expect(
      addons.map(({ addon_shortname, linked_usersettings }) => [addon_shortname, linked_usersettings.total]),
    ).toEqual([
      ['dropbox', 10_000_000_000],
      ['github', 10_000_000_000],
    ]);
  });

  it("gives the OSF's scripts the reports of a month, with their timestamps", async () => {
    const headers = { Accept: 'application/json, text/xml, application/xml, */*' };
    const response = await app.request('reports/user_summary/recent/?start_date=2026-10-01&end_date=2026-10-31', {
      headers,
    });
    const { data } = (await response.json()) as { data: { attributes: { report_date: string; timestamp: string } }[] };
    expect(data).toHaveLength(30);
    expect(data[0]?.attributes).toMatchObject({ report_date: '2026-10-30', timestamp: '2026-11-24T06:00:00.123Z' });
  });
});
