import { parse } from 'csv-parse/sync';
import type { UsageTraits } from '../support/builders.js';
import { record } from '../support/reporter-runs.js';
import { register } from '../support/send-usage.js';
import { type RequestOptions, TestApp } from '../support/test-app.js';

const PATHS: readonly string[] = [
  'node_analytics/proj1/week/',
  'user_visits/?days_back=7',
  'unique_user_visits/?days_back=7',
  'item_usage/proj1/?period=monthly',
  'item_usage/?guids=proj1,file1&period=total',
  'item_usage/proj1/within/',
  'usage/?group_by=item&interval=month',
];

describe('queries as files', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, '2026-11-24T12:00:00Z');
    await register(app, 'proj1', { item_type: 'Project', title: 'Ein "Größenvergleich", =1+1' });
    await register(app, 'file1', {
      item_type: 'File',
      parent_guid: 'proj1',
      title: '=HYPERLINK("https://evil.example")',
    });
    const page = (referer: string): UsageTraits['page'] => ({
      page_url: 'https://osf.io/proj1/files',
      page_title: '+cmd',
      referer_url: `https://${referer}/`,
    });
    await record(app, [
      {
        item: 'proj1',
        at: '2026-11-20T10:00:00Z',
        session: 'a',
        page: page('a.example'),
        usage: { user_is_authenticated: true },
      },
      { item: 'proj1', at: '2026-11-22T11:00:00Z', session: 'b', page: page('b.example') },
      { item: 'proj1', at: '2026-11-22T11:10:00Z', session: 'b', page: page('b.example') },
      { item: 'file1', within: ['proj1'], at: '2026-11-22T11:20:00Z', session: 'b', labels: ['download', 'web'] },
    ]);
  });
  afterAll(async () => await app.stop());

  const read = async (path: string, options: RequestOptions = {}): Promise<string> => {
    const response = await app.request(`query/${path}`, options);
    expect(response.status).toBe(200);
    return await response.text();
  };
  const table = async (path: string): Promise<Record<string, string>[]> =>
    parse<Record<string, string>>(await read(path), { columns: true });

  it.each([
    ['node_analytics/proj1/week/?format=csv', {}, 'node_analytics_proj1_week_unique_visits.csv', 'text/csv'],
    ['usage/', { Accept: 'text/csv' }, 'usage.csv', 'text/csv'],
    ['user_visits/?format=tsv', {}, 'user_visits.tsv', 'text/tab-separated-values'],
    ['item_usage/proj1/within/?format=json', {}, 'item_usage_proj1_within.json', 'application/json'],
  ])('returns %s as an attachment', async (path, headers, fileName, type) => {
    const response = await app.request(`query/${path}`, { headers });
    expect(response.headers.get('Content-Type')).toBe(`${type}; charset=utf-8`);
    expect(response.headers.get('Content-Disposition')).toBe(`attachment; filename="${fileName}"`);
    expect(response.headers.get('Vary')).toContain('Accept');
  });

  it('returns each list of node_analytics', async () => {
    const list = (name: string) => table(`node_analytics/proj1/week/?format=csv&list=${name}`);
    expect(await list('unique_visits')).toEqual([
      { date: '2026-11-20', count: '1' },
      { date: '2026-11-21', count: '0' },
      { date: '2026-11-22', count: '1' },
    ]);
    expect(await list('time_of_day')).toEqual([
      { hour: '11', count: '1' },
      { hour: '10', count: '1' },
    ]);
    expect(await list('referer_domain')).toEqual([
      { referer_domain: 'b.example', count: '1' },
      { referer_domain: 'a.example', count: '1' },
    ]);
    expect(await list('popular_pages')).toEqual([{ path: '/proj1/files', route: '', title: "'+cmd", count: '2' }]);
  });

  it('returns a row for each period of item_usage, or one for all time', async () => {
    const rows = await table('item_usage/proj1/?period=monthly&start_date=2026-10-01&format=csv');
    expect(rows.map(({ guid, date, view_count }) => [guid, date, view_count])).toEqual([
      ['proj1', '2026-10-01', '0'],
      ['proj1', '2026-11-01', '3'],
    ]);
    expect(await table('item_usage/?guids=proj1,file1&period=total&format=csv')).toEqual([
      {
        guid: 'proj1',
        title: 'Ein "Größenvergleich", =1+1',
        date: '',
        view_count: '3',
        view_session_count: '2',
        download_count: '0',
        download_session_count: '0',
        within_download_count: '1',
      },
      {
        guid: 'file1',
        title: '\'=HYPERLINK("https://evil.example")',
        date: '',
        view_count: '0',
        view_session_count: '0',
        download_count: '1',
        download_session_count: '1',
        within_download_count: '1',
      },
    ]);
  });

  it('returns a row for each group and period of usage, with escaped titles', async () => {
    const rows = await table('usage/?group_by=item&interval=week&start_date=2026-11-16&end_date=2026-11-24&format=csv');
    expect(
      rows.map(({ id, title, date, view_count, download_count }) => [id, title, date, view_count, download_count]),
    ).toEqual([
      ['proj1', 'Ein "Größenvergleich", =1+1', '2026-11-16', '3', '0'],
      ['proj1', 'Ein "Größenvergleich", =1+1', '2026-11-23', '0', '0'],
      ['file1', '\'=HYPERLINK("https://evil.example")', '2026-11-16', '0', '1'],
      ['file1', '\'=HYPERLINK("https://evil.example")', '2026-11-23', '0', '0'],
    ]);
  });

  it('adds columns of the previous range, one period beside the other', async () => {
    const range = 'interval=day&start_date=2026-11-22&end_date=2026-11-24&compare=previous&format=csv';
    const rows = await table(`usage/?${range}&total=true`);
    expect(
      rows.map(({ date, view_count, previous_date, previous_view_count }) => [
        date,
        view_count,
        previous_date,
        previous_view_count,
      ]),
    ).toEqual([
      ['2026-11-22', '2', '2026-11-20', '1'],
      ['2026-11-23', '0', '2026-11-21', '0'],
      ['', '2', '', '1'],
    ]);
  });

  it.each(PATHS)('returns the same values of %s in every format', async (path) => {
    const withFormat = (format: string) => `${path}${path.includes('?') ? '&' : '?'}format=${format}`;
    const document = JSON.parse(await read(path)) as { data: object };
    expect((JSON.parse(await read(withFormat('json'))) as { data: object }).data).toEqual(document.data);
    const attributes = [document.data].flat().map((resource) => (resource as { attributes: object }).attributes);
    expect(JSON.parse(await read(withFormat('json_report')))).toEqual(attributes);
    const tsv = parse(await read(withFormat('tsv')), { delimiter: '\t' });
    expect(tsv).toEqual(parse(await read(withFormat('csv'))));
    expect(tsv.length).toBeGreaterThan(1);
  });

  it.each(['query/usage/', 'reports/download_count/recent/'])(
    'starts a file of %s with a byte order mark on request',
    async (path) => {
      const bytes = async (query: string) =>
        Buffer.from(await (await app.request(`${path}?${query}`)).arrayBuffer())
          .subarray(0, 3)
          .toString('hex');
      expect(await bytes('format=csv&bom=true')).toBe('efbbbf');
      expect(await bytes('format=csv')).not.toBe('efbbbf');
    },
  );

  it.each([
    ['usage/?group_by=item', 'Total,,,3,2,1,1,'],
    ['usage/?group_by=item_type&interval=day&days_back=7', 'Total,,,3,2,1,1,'],
    ['usage/?group_by=item&start_date=2020-01-01&end_date=2020-02-01', 'Total,,,0,0,0,0,'],
    ['usage/?start_date=2026-11-22&end_date=2026-11-24&compare=previous', 'Total,,,2,1,1,1,,1,1,0,0,'],
    ['item_usage/proj1/?period=daily&days_back=7', 'Total,,,3,2,0,0,1'],
    ['item_usage/?guids=proj1,file1&period=total', 'Total,,,,,1,,'],
    ['item_usage/proj1/within/', 'Total,,,0,,1,'],
    ['user_visits/?days_back=7', 'Total,2'],
    ['node_analytics/proj1/week/?list=popular_pages', 'Total,,,2'],
  ])('ends %s with a row of totals on request', async (path, total) => {
    const lines = async (query: string): Promise<string[]> =>
      (await read(`${path}${path.includes('?') ? '&' : '?'}${query}`)).trim().split('\r\n');
    const rows = await lines('format=csv');
    expect(await lines('format=csv&total=true')).toEqual([...rows, total]);
    expect(await lines('format=tsv&total=true')).toHaveLength(rows.length + 1);
    expect(await lines('format=json_report&total=true')).toEqual(await lines('format=json_report'));
  });

  it.each(['provider', 'item_type', 'item'])('adds up %s to the usage of the platform', async (group) => {
    const range = 'start_date=2026-11-01&end_date=2026-12-01&format=csv';
    const [all] = await table(`usage/?${range}`);
    const total = (await table(`usage/?group_by=${group}&interval=week&${range}&total=true`)).at(-1);
    expect({ ...total, id: 'all', item_count: all?.['item_count'] }).toEqual(all);
  });

  it('returns the header of an empty list', async () => {
    expect(await read('usage/?format=csv&group_by=item&start_date=2020-01-01&end_date=2020-02-01')).toBe(
      'id,title,date,view_count,view_session_count,download_count,download_session_count,item_count\r\n',
    );
  });

  it('returns 406 for a media type that it does not have, and 400 for an unknown format or list', async () => {
    expect((await app.request('query/usage/', { headers: { Accept: 'text/html' } })).status).toBe(406);
    expect((await app.request('query/usage/?format=xml')).status).toBe(400);
    expect((await app.request('query/node_analytics/proj1/week/?format=csv&list=visitors')).status).toBe(400);
  });
});

describe('node_analytics of another range', () => {
  it('takes the range of the parameters and longer lists', async () => {
    const app = await TestApp.start({}, '2026-11-24T12:00:00Z');
    await register(app, 'abc12');
    const hosts = Array.from({ length: 15 }, (_, index) => `host${String(index).padStart(2, '0')}.example`);
    await record(
      app,
      hosts.map((host, index) => ({
        at: `2026-07-${String(index + 1).padStart(2, '0')}T10:00:00Z`,
        session: host,
        page: { page_url: 'https://osf.io/abc12', referer_url: `https://${host}/` },
      })),
    );
    const analyze = async (query: string) =>
      (
        await app.json<{ data: { id: string; attributes: Record<string, readonly object[]> } }>(
          `query/node_analytics/abc12/week/${query}`,
        )
      ).data;
    expect((await analyze('')).attributes['unique_visits']).toEqual([]);
    const july = await analyze('?start_date=2026-07-03&end_date=2026-08-01&page[size]=100');
    expect(july.id).toBe('abc12:2026-07-03..2026-08-01');
    expect(july.attributes['referer_domain']).toHaveLength(13);
    expect(july.attributes['unique_visits']).toHaveLength(13);
    expect((await analyze('?start_date=2026-07-01')).attributes['referer_domain']).toHaveLength(10);
    expect((await app.request('query/node_analytics/abc12/week/?page[size]=101')).status).toBe(400);
    await app.stop();
  });
});
