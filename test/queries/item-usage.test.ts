import { ImportedItemUsage } from '../../src/reports/monthly/imported-item-usage.service.js';
import { toResource } from '../../src/reports/report-resource.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import type { UsageTraits } from '../support/builders.js';
import { itemUsage } from '../support/report-samples.js';
import { record } from '../support/reporter-runs.js';
import { register } from '../support/send-usage.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

interface Counts {
  readonly view_count: number;
  readonly view_session_count: number;
  readonly download_count: number;
  readonly download_session_count: number;
  readonly within_download_count: number;
}

interface ItemUsageDocument {
  readonly data: {
    id: string;
    type: string;
    attributes: { period: string; usage?: (Counts & { date: string })[]; total?: Counts };
  };
}

const NO_USAGE = {
  view_count: 0,
  view_session_count: 0,
  download_count: 0,
  download_session_count: 0,
  within_download_count: 0,
};

describe('item_usage', () => {
  let app: TestApp;

  beforeEach(async () => {
    // A Tuesday.
    app = await TestApp.start({}, '2026-11-24T12:00:00Z');
    await register(app, 'abc12');
  });

  afterEach(async () => await app.stop());

  async function get(parameters: string): Promise<ItemUsageDocument['data']> {
    return (await app.json<ItemUsageDocument>(`query/item_usage/abc12/?${parameters}`)).data;
  }

  async function usage(parameters: string): Promise<(Counts & { date: string })[]> {
    return (await get(parameters)).attributes.usage ?? [];
  }

  function used(at: string, session: string, traits: UsageTraits = {}): UsageTraits {
    return { at: `${at}T10:00:00Z`, session: `${at}-${session}`, ...traits };
  }

  const downloads: UsageTraits = { labels: ['download'] };
  const ofFile: UsageTraits = { item: 'file1', within: ['abc12'] };

  it('counts views including items within the item, downloads of the item itself, and session-hours of each', async () => {
    await record(app, [
      used('2026-11-23', 'a'),
      used('2026-11-23', 'a', { at: '2026-11-23T10:30:00Z', labels: ['api', 'view'] }),
      used('2026-11-23', 'b', ofFile),
      used('2026-11-23', 'b', { ...ofFile, ...downloads }),
      used('2026-11-23', 'a', downloads),
      used('2026-11-23', 'c', { usage: { item_public: false } }),
      used('2026-11-23', 'd', { ...downloads, usage: { item_public: false } }),
      used('2026-11-23', 'e', { item: 'par12' }),
    ]);
    const { id, type, attributes } = await get('timeframeStart=2026-11-22&timeframeEnd=2026-11-24');
    expect([id, type, attributes.period]).toEqual(['abc12:daily', 'item-usage', 'daily']);
    expect(attributes.usage).toEqual([
      { date: '2026-11-22', ...NO_USAGE },
      {
        date: '2026-11-23',
        view_count: 3,
        view_session_count: 2,
        download_count: 1,
        download_session_count: 1,
        within_download_count: 2,
      },
    ]);
  });

  it('covers today and the 30 days before by default, including days without usage', async () => {
    await record(app, [used('2026-10-24', 'before'), used('2026-10-25', 'first'), used('2026-11-24', 'today')]);
    const days = await usage('');
    expect(days).toHaveLength(31);
    expect(days.filter(({ view_count: count }) => count > 0).map(({ date }) => date)).toEqual([
      '2026-10-25',
      '2026-11-24',
    ]);
  });

  it('covers this week and the 12 weeks before by default, each from Monday to Sunday', async () => {
    await record(app, [
      used('2026-08-30', 'before'),
      used('2026-08-31', 'first Monday'),
      used('2026-09-06', 'first Sunday'),
      used('2026-11-23', 'Monday'),
    ]);
    const weeks = await usage('period=weekly');
    expect(weeks).toHaveLength(13);
    expect(weeks[0]).toMatchObject({ date: '2026-08-31', view_count: 2 });
    expect(weeks[1]).toEqual({ date: '2026-09-07', ...NO_USAGE });
    expect(weeks.at(-1)).toMatchObject({ date: '2026-11-23', view_count: 1 });
  });

  it('covers this month and the 12 months before by default', async () => {
    await record(app, [
      used('2025-10-31', 'before'),
      used('2025-11-01', 'first'),
      used('2025-11-30', 'last'),
      used('2026-11-24', 'now', downloads),
    ]);
    const months = await usage('period=monthly');
    expect(months).toHaveLength(13);
    expect(months[0]).toMatchObject({ date: '2025-11-01', view_count: 2 });
    expect(months.at(-1)).toMatchObject({ date: '2026-11-01', view_count: 0, download_count: 1 });
  });

  it('counts each week or month that overlaps the range in full', async () => {
    await record(app, [used('2026-10-01', 'a'), used('2026-10-31', 'b'), used('2026-11-01', 'c')]);
    expect(await usage('period=monthly&start_date=2026-10-15&end_date=2026-10-16')).toMatchObject([
      { date: '2026-10-01', view_count: 2 },
    ]);
    expect(await usage('period=weekly&start_date=2026-11-01&end_date=2026-11-03')).toMatchObject([
      { date: '2026-10-26', view_count: 2 },
      { date: '2026-11-02', view_count: 0 },
    ]);
  });

  it('excludes days after today, and is empty for an empty range', async () => {
    expect(await usage('start_date=2026-11-23&end_date=2036-11-23')).toHaveLength(2);
    expect(await usage('period=monthly&start_date=9999-12-01&end_date=9999-12-31')).toEqual([]);
    expect(await usage('start_date=2026-11-20&end_date=2026-11-20')).toEqual([]);
  });

  it.each([
    ['period=hourly', 'period'],
    ['period=', 'period'],
    ['period=daily&period=weekly', 'period'],
    ['period=total&days_back=3', 'days_back'],
    ['period=total&timeframeStart=2026-11-01', 'timeframeStart'],
    ['period=monthly&timeframe=previous_90_years', 'timeframe'],
    ['timeframe=previous_11_years', 'timeframe'],
    ['start_date=0001-01-01&end_date=9999-12-31', 'start_date'],
    ['start_date=2026-02-30', 'start_date'],
    ['from=2026-11-01', 'from'],
  ])('returns 400 for "%s", naming %s', async (query, parameter) => {
    const response = await app.request(`query/item_usage/abc12/?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ source: { parameter } }] });
  });

  it('returns 404 for an unknown item', async () => {
    expect((await app.request('query/item_usage/unknown/')).status).toBe(404);
  });

  it('counts downloads of items within the item by month and in total', async () => {
    await record(app, [used('2026-11-02', 'a', { ...ofFile, ...downloads }), used('2026-11-24', 'b', downloads)]);
    const [month] = await usage('period=monthly&start_date=2026-11-01');
    expect(month).toMatchObject({ download_count: 1, within_download_count: 2 });
    expect((await get('period=total')).attributes.total).toMatchObject({
      download_count: 1,
      within_download_count: 2,
    });
  });

  describe('of several items', () => {
    interface ItemsUsageDocument {
      readonly data: ItemUsageDocument['data'][];
      readonly meta: { omitted: string[] };
    }

    it('returns the usage of each item once, and names the items that it omits', async () => {
      await register(app, 'def34');
      await register(app, 'priv1', { public: false });
      await record(app, [used('2026-11-23', 'a'), used('2026-11-24', 'b', { item: 'def34' })]);
      const path = 'query/item_usage/?period=total&guids=def34,priv1,abc12,def34,nothing';
      const { data, meta } = await app.json<ItemsUsageDocument>(path);
      expect(data.map(({ id, attributes }) => [id, attributes.total?.view_count])).toEqual([
        ['def34:total', 1],
        ['abc12:total', 1],
      ]);
      expect(meta).toEqual({ omitted: ['priv1', 'nothing'] });
      const asAdmin = await app.json<ItemsUsageDocument>(path, { key: ADMIN_KEY });
      expect(asAdmin.data.map(({ id }) => id)).toEqual(['def34:total', 'priv1:total', 'abc12:total']);
    });

    it('returns 400 without guids, for more than 100, and for more than a year of days', async () => {
      const many = Array.from({ length: 101 }, (_, index) => `g${index}`).join(',');
      for (const [query, parameter] of [
        ['', 'guids'],
        ['?guids=,', 'guids'],
        [`?guids=${many}`, 'guids'],
        ['?guids=abc12&timeframe=previous_2_years', 'timeframe'],
      ] as const) {
        const response = await app.request(`query/item_usage/${query}`);
        expect(response.status).toBe(400);
        expect(await response.json()).toMatchObject({ errors: [{ source: { parameter } }] });
      }
    });
  });

  describe('period=total', () => {
    async function total(): Promise<Counts | undefined> {
      const { id, attributes } = await get('period=total');
      expect([id, attributes.period, attributes.usage]).toEqual(['abc12:total', 'total', undefined]);
      return attributes.total;
    }

    async function importReports(...reports: ReturnType<typeof itemUsage>[]): Promise<void> {
      const data = reports.map((report) => toResource(report));
      await app.json('reports/batch', { body: { data }, key: ADMIN_KEY });
    }

    it('counts all usages without a report', async () => {
      expect(await total()).toEqual(NO_USAGE);
      await record(app, [used('2020-01-01', 'a'), used('2026-11-24', 'b', downloads)]);
      expect(await total()).toEqual({
        view_count: 1,
        view_session_count: 1,
        download_count: 1,
        download_session_count: 1,
        within_download_count: 1,
      });
    });

    it('adds the opening balance of the first imported report, the imported months and the usages of others', async () => {
      await importReports(
        itemUsage('2026-09', 'abc12', { cumulative_view_count: 77 }),
        itemUsage('2026-08', 'abc12'),
        itemUsage('2026-09', 'other', { cumulative_view_count: 9_000 }),
      );
      await record(app, [
        used('2026-09-30', 'in an imported month', { at: '2026-09-30T23:59:59.999Z' }),
        used('2026-10-01', 'since', { at: '2026-10-01T00:00:00Z' }),
        used('2026-11-24', 'since'),
        used('2026-11-24', 'since', { ...downloads, at: '2026-11-24T11:00:00Z' }),
      ]);
      // August: 70, of which 63 before it; September: 7; since then: 2.
      expect(await total()).toEqual({
        view_count: 79,
        view_session_count: 57,
        download_count: 34,
        download_session_count: 23,
        within_download_count: 34,
      });
      await importReports(itemUsage('2026-08', 'abc12'));
      expect(await total()).toMatchObject({ view_count: 79 });
    });

    it('counts a month at least as its imported report does', async () => {
      await importReports(
        itemUsage('2026-10', 'abc12', { view_count: 1, cumulative_view_count: 1 }),
        itemUsage('2026-11', 'abc12', { view_count: 3, cumulative_view_count: 4 }),
      );
      await record(app, [used('2026-10-14', 'a'), used('2026-10-16', 'b'), used('2026-11-24', 'c')]);
      expect(await total()).toMatchObject({ view_count: 5 });
      const months = await usage('period=monthly');
      expect(months.slice(-2).map(({ view_count: count }) => count)).toEqual([2, 3]);
    });

    it('counts reports that an older version saved for months without usages', async () => {
      const reports = [itemUsage('2026-08', 'abc12'), itemUsage('2026-09', 'abc12'), itemUsage('2026-11', 'abc12')];
      await app.nest.get(MetricsRepository).saveReports(reports);
      await record(app, [used('2026-10-14', 'a'), used('2026-11-24', 'b')]);
      const importer = app.nest.get(ImportedItemUsage);
      await importer.addSaved();
      await importer.addSaved();
      expect(await total()).toMatchObject({ view_count: 79, download_count: 33 });
    });
  });
});
