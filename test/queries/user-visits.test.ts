import type { UsageTraits } from '../support/builders.js';
import { record } from '../support/reporter-runs.js';
import { TestApp } from '../support/test-app.js';

interface VisitsDocument {
  readonly data: { id: string; type: string; attributes: { unique_visits: { date: string; count: number }[] } };
}

describe('user_visits', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, '2026-11-24T12:00:00Z');
    const loggedIn = { user_is_authenticated: true };
    const usages: UsageTraits[] = [
      { at: '2025-11-24T08:00:00Z', session: 'a year ago' },
      { at: '2026-11-20T08:00:00Z', session: 'a' },
      // Several usages of one session-hour are one visit.
      { at: '2026-11-22T23:01:00Z', session: 'b' },
      { at: '2026-11-22T23:59:59Z', session: 'b', item: 'def34' },
      { at: '2026-11-22T23:30:00Z', session: 'c', usage: loggedIn },
      { at: '2026-11-23T00:00:00Z', session: 'd', usage: { item_public: false } },
      { at: '2026-11-24T11:00:00Z', session: 'e', labels: ['download'], usage: loggedIn },
      { at: '2026-11-24T11:30:00Z', session: 'f', labels: ['search', 'web'], item: null, page: {} },
    ];
    await record(app, usages);
  });

  afterAll(async () => await app.stop());

  async function get(path: string): Promise<VisitsDocument> {
    return await app.json<VisitsDocument>(`query/${path}`);
  }

  it('counts visits since yesterday by default', async () => {
    const response = await app.request('query/user_visits/');
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=60');
    expect(await response.json()).toEqual({
      data: {
        id: 'user-visits:2026-11-23..2026-11-25',
        type: 'user-visits-analytics',
        attributes: {
          unique_visits: [
            { date: '2026-11-23', count: 1 },
            { date: '2026-11-24', count: 2 },
          ],
        },
      },
    });
  });

  it('unique_user_visits counts only visits of logged-in users', async () => {
    expect(await get('unique_user_visits/?timeframe=previous_7_days')).toEqual({
      data: {
        id: 'unique-user-visits:2026-11-17..2026-11-25',
        type: 'unique-user-visits-analytics',
        attributes: {
          unique_visits: [
            { date: '2026-11-22', count: 1 },
            { date: '2026-11-23', count: 0 },
            { date: '2026-11-24', count: 1 },
          ],
        },
      },
    });
  });

  it.each([
    ['timeframe=previous_1_day', { '2026-11-23': 1, '2026-11-24': 2 }],
    ['timeframe=previous_2_days', { '2026-11-22': 2, '2026-11-23': 1, '2026-11-24': 2 }],
    ['timeframeStart=2026-11-20&timeframeEnd=2026-11-22', { '2026-11-20': 1 }],
    ['timeframeStart=2026-11-20&timeframeEnd=2026-11-23', { '2026-11-20': 1, '2026-11-21': 0, '2026-11-22': 2 }],
    ['timeframeStart=2026-11-24', { '2026-11-24': 2 }],
    ['timeframeStart=2026-11-24&timeframeEnd=2036-11-24', { '2026-11-24': 2 }],
    ['start_date=2026-11-24&end_date=2026-11-24', {}],
    ['timeframeStart=2027-01-01&timeframeEnd=2027-02-01', {}],
    ['timeframeStart=1950-01-01&timeframeEnd=1951-01-01&view_only=0123abcd', {}],
  ])('"%s" returns %j', async (query, counts) => {
    const { data } = await get(`user_visits/?${query}`);
    expect(Object.fromEntries(data.attributes.unique_visits.map(({ date, count }) => [date, count]))).toEqual(counts);
  });

  it('returns an empty range for a range in the future', async () => {
    expect((await get('user_visits/?start_date=2027-01-01&end_date=2027-02-01')).data.id).toBe(
      'user-visits:2027-01-01..2027-01-01',
    );
  });

  it.each(['timeframe=previous_1_year', 'timeframe=previous_10_years', 'days_back=3652'])(
    '"%s" starts with the first day with usage',
    async (query) => {
      const { data } = await get(`user_visits/?${query}`);
      expect(data.attributes.unique_visits[0]).toEqual({ date: '2025-11-24', count: 1 });
      expect(data.attributes.unique_visits).toHaveLength(366);
    },
  );

  it.each([
    ['timeframe=last_week', 'timeframe'],
    ['timeframe=previous_99999_days', 'timeframe'],
    ['timeframeStart=2026-02-30', 'timeframeStart'],
    ['timeframeStart=0001-01-01', 'timeframeStart'],
    ['start_date=0001-01-01&end_date=9999-12-31', 'start_date'],
    ['timeframeStart=2026-11-20&timeframeEnd=2026-11-19', 'timeframeEnd'],
    ['timeframeEnd=2026-11-19', 'timeframeEnd'],
    ['timeframe=previous_3_days&timeframeStart=2026-11-19', 'timeframeStart'],
    ['filter[item]=abc12', 'filter[item]'],
  ])('returns 400 for "%s", naming %s', async (query, parameter) => {
    for (const name of ['user_visits', 'unique_user_visits']) {
      const response = await app.request(`query/${name}?${query}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ source: { parameter } }] });
    }
  });
});
