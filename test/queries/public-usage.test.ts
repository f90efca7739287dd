import { MonthlyUsageBuilder } from '../../src/monthly-usage/monthly-usage-builder.service.js';
import { YearMonth } from '../../src/time/year-month.js';
import type { UsageTraits } from '../support/builders.js';
import { record } from '../support/reporter-runs.js';
import { register } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

interface Counts {
  readonly view_count: number;
  readonly view_session_count: number;
  readonly download_count: number;
  readonly download_session_count: number;
  readonly item_count: number;
}
interface Figures {
  readonly total: Counts;
  readonly periods?: readonly (Counts & { readonly date: string })[];
}
interface UsageDocument {
  readonly data: readonly {
    readonly id: string;
    readonly attributes: Figures & { readonly title: string | null; readonly previous?: Figures };
  }[];
  readonly meta: object;
  readonly links: Record<string, string | null>;
}

const NOW = '2026-11-24T12:00:00Z';

describe('query/usage', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, NOW);
    await register(app, 'proj1', { item_type: 'Project', title: 'A project' });
    await register(app, 'file1', { item_type: 'File', parent_guid: 'proj1', title: 'data.csv' });
    await register(app, 'prep1', { item_type: 'Preprint', title: 'A preprint', provider_id: 'socarxiv' });
    await register(app, 'gone1', { item_type: 'Project', title: 'Now private' });
    const use = (item: string, at: string, traits: UsageTraits = {}): UsageTraits => ({
      item,
      at: `${at}:00Z`,
      session: `${at.slice(0, 13)} ${traits.session ?? 'a'}`,
      labels: traits.labels,
      within: item === 'file1' ? ['proj1'] : [],
      usage: {
        item_type: { file1: 'File', prep1: 'Preprint' }[item] ?? 'Project',
        provider_id: item === 'prep1' ? 'socarxiv' : 'osf',
      } as UsageTraits['usage'],
    });
    const download: UsageTraits = { labels: ['download', 'web'] };
    await record(app, [
      use('proj1', '2026-09-10T10:00'),
      use('proj1', '2026-09-10T10:10'),
      use('prep1', '2026-09-12T10:00', download),
      use('proj1', '2026-10-10T10:00'),
      use('file1', '2026-10-10T10:20'),
      use('file1', '2026-10-10T10:30', download),
      use('prep1', '2026-10-31T23:30'),
      use('gone1', '2026-10-31T23:30'),
      use('proj1', '2026-11-20T10:00'),
      use('proj1', '2026-11-20T10:10', { session: 'b' }),
      use('prep1', '2026-11-21T10:00', download),
      use('proj1', '2026-11-21T10:00', { labels: ['search'] }),
      { item: 'priv1', at: '2026-11-21T10:00:00Z', usage: { item_public: false } },
    ]);
    await app.nest.get(MonthlyUsageBuilder, { strict: false }).buildUntil(YearMonth.parse('2026-10'));
    await register(app, 'gone1', { item_type: 'Project', title: 'Now private', public: false });
  });
  afterAll(async () => await app.stop());

  const ask = async (query = ''): Promise<UsageDocument> => await app.json<UsageDocument>(`query/usage/${query}`);
  const counts = ({ view_count, view_session_count, download_count, download_session_count, item_count }: Counts) => [
    view_count,
    view_session_count,
    download_count,
    download_session_count,
    item_count,
  ];
  const totals = async (query: string) =>
    (await ask(query)).data.map(({ id, attributes }) => [id, ...counts(attributes.total)]);
  const periods = async (query: string) =>
    (await ask(query)).data[0]?.attributes.periods
      ?.filter(({ item_count }) => item_count > 0)
      .map(({ date, ...each }) => [date, ...counts(each)]);

  it('counts all usage of all time by default', async () => {
    const { data, meta } = await ask();
    expect(data).toEqual([
      {
        id: 'all',
        type: 'usage',
        attributes: {
          title: null,
          total: {
            view_count: 8,
            view_session_count: 7,
            download_count: 3,
            download_session_count: 3,
            item_count: 4,
          },
        },
      },
    ]);
    expect(meta).toEqual({ start_date: '2026-09-01', end_date: '2026-11-25', total: 1 });
  });

  it('counts by month, from the monthly aggregate and from usages', async () => {
    expect(await periods('?interval=month')).toEqual([
      ['2026-09-01', 2, 1, 1, 1, 2],
      ['2026-10-01', 4, 4, 1, 1, 4],
      ['2026-11-01', 2, 2, 1, 1, 2],
    ]);
    expect((await ask('?interval=month')).data[0]?.attributes.periods).toHaveLength(12);
  });

  it('counts by day and week, and keeps what cannot change', async () => {
    const byDay = '?interval=day&start_date=2026-10-10&end_date=2026-11-22';
    const expected = [
      ['2026-10-10', 2, 2, 1, 1, 2],
      ['2026-10-31', 2, 2, 0, 0, 2],
      ['2026-11-20', 2, 2, 0, 0, 1],
      ['2026-11-21', 0, 0, 1, 1, 1],
    ];
    expect(await periods(byDay)).toEqual(expected);
    expect(await periods(byDay)).toEqual(expected);
    expect(await periods('?interval=week&start_date=2026-10-07&end_date=2026-11-22')).toEqual([
      ['2026-10-05', 2, 2, 1, 1, 2],
      ['2026-10-26', 2, 2, 0, 0, 2],
      ['2026-11-16', 2, 2, 1, 1, 2],
    ]);
  });

  it('groups by provider and by type', async () => {
    expect(await totals('?group_by=provider')).toEqual([
      ['osf', 7, 6, 1, 1, 3],
      ['socarxiv', 1, 1, 2, 2, 1],
    ]);
    expect(await totals('?group_by=item_type&sort=-download_count&start_date=2026-10-01&end_date=2026-11-01')).toEqual([
      ['File', 1, 1, 1, 1, 1],
      ['Preprint', 1, 1, 0, 0, 1],
      ['Project', 2, 2, 0, 0, 2],
    ]);
  });

  it('ranks items with their titles, and leaves out those that are no longer public', async () => {
    const { data, meta } = await ask('?group_by=item&start_date=2026-10-01&end_date=2026-11-01');
    expect(data.map(({ id, attributes }) => [id, attributes.title, attributes.total.view_count])).toEqual([
      ['file1', 'data.csv', 1],
      ['prep1', 'A preprint', 1],
      ['proj1', 'A project', 1],
    ]);
    expect(meta).toMatchObject({ total: 4 });
  });

  it('filters by provider and type', async () => {
    expect(await totals('?provider=socarxiv,other')).toEqual([['all', 1, 1, 2, 2, 1]]);
    expect(await totals('?item_type=File,Preprint&group_by=provider')).toEqual([
      ['osf', 1, 1, 1, 1, 1],
      ['socarxiv', 1, 1, 2, 2, 1],
    ]);
    expect(await totals('?provider=unknown')).toEqual([['all', 0, 0, 0, 0, 0]]);
  });

  it('compares with the range before: as many months or as many days', async () => {
    const october = await ask('?start_date=2026-10-01&end_date=2026-11-01&compare=previous&group_by=provider');
    expect(october.meta).toMatchObject({ previous: { start_date: '2026-09-01', end_date: '2026-10-01' } });
    expect(october.data.map(({ id, attributes: { previous } }) => [id, previous?.total.view_count])).toEqual([
      ['osf', 2],
      ['socarxiv', 0],
    ]);
    const days = await ask('?interval=day&days_back=3&compare=previous');
    expect(days.meta).toMatchObject({
      start_date: '2026-11-21',
      end_date: '2026-11-25',
      previous: { start_date: '2026-11-17', end_date: '2026-11-21' },
    });
    expect(days.data[0]?.attributes.previous?.periods?.map(({ view_count }) => view_count)).toEqual([0, 0, 0, 2]);
  });

  it.each([
    ['interval=month', '2025-12-01', '2024-12-01', '2025-11-25'],
    ['interval=week', '2026-09-07', '2026-06-15', '2026-09-02'],
    ['start_date=2026-11-01', '2026-11-01', '2026-10-01', '2026-10-25'],
    ['start_date=2026-03-01&end_date=2026-04-01', '2026-03-01', '2026-02-01', '2026-03-01'],
  ])('compares %s with as many months or weeks before', async (query, start, previousStart, previousEnd) => {
    const { meta } = await ask(`?compare=previous&${query}`);
    expect(meta).toMatchObject({
      start_date: start,
      previous: { start_date: previousStart, end_date: previousEnd },
    });
  });

  it.each(['query/usage/?interval=day&', 'query/user_visits/?'])(
    'accepts the first days of the calendar: %s',
    async (path) => {
      expect((await app.request(`${path}start_date=0001-01-01&end_date=0001-02-01`)).status).toBe(200);
      expect((await app.request(`${path}start_date=9999-12-01&end_date=9999-12-31`)).status).toBe(200);
    },
  );

  it('returns pages with links', async () => {
    const { data, links } = await ask('?group_by=item&page[size]=2');
    expect(data.map(({ id }) => id)).toEqual(['proj1', 'file1']);
    const next = await app.json<UsageDocument>(String(links['next']).replace(/^.*\/_\/metrics\//, ''));
    expect(next.data.map(({ id }) => id)).toEqual(['prep1']);
    expect(next.links['next']).toBeNull();
  });

  it('returns a response that caches may keep', async () => {
    const response = await app.request('query/usage/');
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=60');
  });

  it.each([
    ['?interval=hour', 'interval'],
    ['?group_by=user', 'group_by'],
    ['?item_type=Project,Planet', 'item_type'],
    ['?compare=previous', 'compare'],
    ['?compare=previous&start_date=0001-01-01&end_date=0001-02-01', 'compare'],
    ['?sort=title', 'sort'],
    ['?page[size]=1000', 'page[size]'],
    ['?interval=day&start_date=2016-12-01&group_by=item', 'interval'],
  ])('returns 400 for %s and names the parameter', async (query, parameter) => {
    const response = await app.request(`query/usage/${query}`);
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { source: object }[] };
    expect(errors[0]?.source).toEqual({ parameter });
  });
});

// A service of its own: on Elasticsearch, its start removes the data of the one before.
describe('query/usage of days that were counted before', () => {
  it('counts late usages', async () => {
    const app = await TestApp.start({}, NOW);
    const ofDay = async () => {
      const path = 'query/usage/?interval=day&start_date=2026-10-10&end_date=2026-10-11&sort=-view_count';
      const { data } = await app.json<UsageDocument>(path);
      // Responses are cached for a minute.
      app.clock.advance(61);
      return data[0]?.attributes.periods?.map(({ view_count }) => view_count);
    };
    await record(app, [{ item: 'proj1', at: '2026-10-10T10:00:00Z' }]);
    app.clock.advance(61);
    expect(await ofDay()).toEqual([1]);
    expect(await ofDay()).toEqual([1]);
    await record(app, [{ item: 'proj1', at: '2026-10-10T12:00:00Z' }]);
    expect(await ofDay()).toEqual([2]);
    await app.stop();
  });
});
