import fc from 'fast-check';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { YearMonth } from '../../src/time/year-month.js';
import { downloads, institutionalUser, itemUsage, newUsers, SAMPLES } from '../support/report-samples.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

interface ReportListDocument {
  data: { id: string; attributes: Record<string, unknown> }[];
  meta: { total: number };
  links: Record<'self' | 'first' | 'prev' | 'next' | 'last', string | null>;
}

const HOSTILE = `=1+1\t"<script>"\u0000\u202e 🜁'; drop table x; --`;

describe('the list of reports of a type', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.nest.get(MetricsRepository).saveReports([
      ...SAMPLES,
      ...Array.from({ length: 25 }, (_, index) =>
        downloads(`2026-10-${String(index + 1).padStart(2, '0')}`, index % 3),
      ),
      newUsers('2026-11-20', 'a.example', 5),
      newUsers('2026-11-20', 'b.example', 7),
      newUsers('2026-11-21', 'a.example', 7),
      newUsers('2026-11-21', HOSTILE, 1),
      itemUsage('2026-09', 'empty', { item_types: [], provider_ids: ['osf', 'psyarxiv'] }),
      itemUsage('2026-09', 'other', { item_types: ['File'], view_count: 100 }),
      institutionalUser('2026-09', 'bob02', {
        department_name: 'Maths',
        month_last_active: YearMonth.parse('2026-09'),
      }),
    ]);
  });

  afterAll(async () => await app.stop());

  async function list(path: string): Promise<ReportListDocument> {
    return await app.json<ReportListDocument>(`reports/${path}`, { key: ADMIN_KEY });
  }

  async function found(path: string, field: string): Promise<unknown[]> {
    return (await list(path)).data.map(({ attributes }) => attributes[field]);
  }

  const text = encodeURIComponent;

  describe('filter', () => {
    it.each([
      ['new_user_domains', 'domain_name', 'filter[domain_name]=b.example', ['b.example']],
      ['new_user_domains', 'domain_name', 'filter[domain_name][eq]=b.example', ['b.example']],
      ['new_user_domains', 'domain_name', `filter[domain_name]=${text(HOSTILE)}`, [HOSTILE]],
      ['new_user_domains', 'new_user_count', 'filter[domain_name]=a.example', [7, 5]],
      ['new_user_domains', 'new_user_count', 'filter[domain_name]=a.example&filter[new_user_count][ne]=5', [7]],
      [
        'new_user_domains',
        'domain_name',
        'filter[report_date]=2026-11-20&sort=domain_name',
        ['a.example', 'b.example'],
      ],
      [
        'new_user_domains',
        'new_user_count',
        'filter[domain_name][ne]=a.example&filter[domain_name][ne]=b.example',
        [12, 1],
      ],
      ['new_user_domains', 'domain_name', 'filter[domain_name]=', []],
      ['new_user_domains', 'domain_name', 'filter[new_user_count]=-1', []],
      ['new_user_domains', 'domain_name', "filter[domain_name]='%20or%201=1", []],
      [
        'new_user_domains',
        'new_user_count',
        'filter[timestamp]=2026-11-24T07:00:00.123%2B01:00&sort=new_user_count',
        [1, 5, 7, 7, 12],
      ],
      ['public_item_usage', 'item_iri', 'filter[item_osfids]=def34', ['https://osf.io/abc12']],
      ['public_item_usage', 'item_iri', 'filter[item_types]=', ['https://osf.io/empty']],
      [
        'public_item_usage',
        'item_iri',
        'filter[item_types][ne]=&filter[item_types][ne]=File',
        ['https://osf.io/abc12'],
      ],
      [
        'public_item_usage',
        'item_iri',
        'filter[provider_ids]=osf&filter[provider_ids]=psyarxiv',
        ['https://osf.io/empty'],
      ],
      ['public_item_usage', 'item_iri', 'filter[report_yearmonth]=2026-10', ['https://osf.io/abc12']],
      ['institutional_users', 'user_id', 'filter[department_name]=', ['ada01']],
      ['institutional_users', 'user_id', 'filter[department_name][ne]=', ['bob02']],
      ['institutional_users', 'user_id', 'filter[month_last_active]=2026-09', ['bob02']],
      ['institutional_users', 'user_id', 'filter[month_last_active][ne]=2026-09', ['ada01']],
      [
        'institutional_users',
        'user_id',
        `filter[storage_byte_count]=${Number.MAX_SAFE_INTEGER}&sort=user_id`,
        ['ada01', 'bob02'],
      ],
      ['node_summary', 'report_date', 'filter[projects.total_excluding_spam]=55', ['2026-11-23']],
      ['node_summary', 'report_date', 'filter[projects.total_excluding_spam]=56', []],
    ])('%s: returns %s for "%s"', async (type, field, query, values) => {
      expect(await found(`${type}/?${query}`, field)).toEqual(values);
      const { meta } = await list(`${type}/?${query}&page[size]=1`);
      expect(meta).toEqual({ total: values.length });
    });

    it.each(['%ff', '%00', '%ED%A0%80', '%EF%BF%BD', '%F0%9F%98%80', '%', `"`, '[]'])(
      'accepts any text: %s',
      async (value) => {
        const query = `reports/new_user_domains/?filter[domain_name]`;
        expect(await app.json(`${query}=${value}`)).toMatchObject({ meta: { total: 0 } });
        expect(await app.json(`${query}[ne]=${value}`)).toMatchObject({ meta: { total: 5 } });
      },
    );
  });

  it('sorts by any field, and by default the newest cycle first', async () => {
    expect(await found('new_user_domains/', 'report_date')).toEqual([
      '2026-11-23',
      '2026-11-21',
      '2026-11-21',
      '2026-11-20',
      '2026-11-20',
    ]);
    expect(await found('new_user_domains/?sort=new_user_count', 'new_user_count')).toEqual([1, 5, 7, 7, 12]);
    expect(await found('new_user_domains/?sort=-new_user_count,domain_name', 'domain_name')).toEqual([
      'example.org',
      'a.example',
      'b.example',
      'a.example',
      HOSTILE,
    ]);
    expect(await found('institutional_users/?sort=department_name', 'department_name')).toEqual(['Maths', null]);
    expect(await found('institutional_users/?sort=-department_name', 'department_name')).toEqual(['Maths', null]);
    expect(await found('institution_summary/?sort=users.total', 'institution_id')).toEqual(['uni']);
  });

  it.each([
    ['download_count', 'filter[nonsense]=1', 'filter[nonsense]'],
    ['download_count', 'filter[__proto__]=1', 'filter[__proto__]'],
    ['download_count', 'filter[]=1', 'filter[]'],
    ['download_count', 'filter[daily_file_downloads=1', 'filter[daily_file_downloads'],
    ['download_count', 'filter[daily_file_downloads][gt]=1', 'filter[daily_file_downloads][gt]'],
    ['download_count', 'filter[daily_file_downloads]=many', 'filter[daily_file_downloads]'],
    ['download_count', 'filter[daily_file_downloads]=1.5', 'filter[daily_file_downloads]'],
    ['download_count', 'filter[daily_file_downloads]=1%00', 'filter[daily_file_downloads]'],
    ['download_count', 'filter[daily_file_downloads]=99999999999999999999', 'filter[daily_file_downloads]'],
    ['download_count', 'filter[daily_file_downloads][ne]=x', 'filter[daily_file_downloads][ne]'],
    ['download_count', 'filter[report_date]=2026-02-30', 'filter[report_date]'],
    ['public_item_usage', 'filter[report_yearmonth]=2026-13', 'filter[report_yearmonth]'],
    ['download_count', 'filter[timestamp]=today', 'filter[timestamp]'],
    ['download_count', 'filter[timestamp]=2026-13-01T00:00:00Z', 'filter[timestamp]'],
    ['institution_summary', 'filter[users]=1', 'filter[users]'],
    ['storage_addon_usage', 'filter[usage_by_addon]=1', 'filter[usage_by_addon]'],
    ['storage_addon_usage', 'filter[usage_by_addon.addon_shortname]=github', 'filter[usage_by_addon.addon_shortname]'],
    ['download_count', 'filter=1', 'filter'],
    ['download_count', 'sort=nonsense', 'sort'],
    ['download_count', 'sort=', 'sort'],
    ['download_count', 'sort=--report_date', 'sort'],
    ['download_count', 'sort=report_date&sort=timestamp', 'sort'],
    ['user_summary', 'sort=active,-active', 'sort'],
    ['user_summary', `sort=${'active,'.repeat(700)}active`, 'sort'],
    ['user_summary', `page[after]=${'a'.repeat(22)}&sort=${'active,'.repeat(2_200)}active`, 'sort'],
    ['user_summary', 'sort=active,deactivated,merged,unconfirmed,report_date,timestamp', 'sort'],
    ['download_count', Array.from({ length: 21 }, () => 'filter[report_date][ne]=2026-11-01').join('&'), 'filter'],
    ['public_item_usage', 'sort=item_types', 'sort'],
    ['storage_addon_usage', 'sort=usage_by_addon', 'sort'],
    ['download_count', 'page[size]=0', 'page[size]'],
    ['download_count', 'page[size]=1001', 'page[size]'],
    ['download_count', 'page[size]=-1', 'page[size]'],
    ['download_count', 'page[number]=0', 'page[number]'],
    ['download_count', 'page[number]=x', 'page[number]'],
    ['download_count', 'page[number]=9999999999999', 'page[number]'],
    ['download_count', 'page[after]=x', 'page[after]'],
    ['download_count', 'page[after]=', 'page[after]'],
    ['download_count', `page[after]=${'a'.repeat(22)}&page[number]=2`, 'page[after]'],
    ['download_count', 'page=0', 'page'],
    ['download_count', 'page=2&page[number]=2', 'page'],
    ['download_count', 'sort=cycle_coverage.year', 'sort'],
    ['download_count', 'filter[cycle_coverage]=2026.11.1', 'filter[cycle_coverage]'],
    ['download_count', 'days_back=3', 'days_back'],
    ['download_count', 'format=xlsx', 'format'],
    ['download_count', 'format=csv&format=tsv', 'format'],
  ])('%s: returns 400 for "%s", naming %s', async (type, query, parameter) => {
    const response = await app.request(`reports/${type}/?${query}`);
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { source: object }[] };
    expect(errors.map(({ source }) => source)).toEqual([{ parameter }]);
  });

  it.each([1, 2, 3, 10, 26, 1000])('returns every report exactly once, in pages of %i', async (size) => {
    const expected = await found('download_count/?sort=daily_file_downloads&page[size]=1000', 'report_date');
    expect(expected).toHaveLength(26);
    for (const start of ['', '&page[number]=1']) {
      let path: string | null = `download_count/?sort=daily_file_downloads&page[size]=${size}${start}`;
      const seen: unknown[] = [];
      while (path !== null) {
        const { data, meta, links }: ReportListDocument = await list(path);
        expect(meta.total).toBe(26);
        expect(data).toHaveLength(Math.min(size, 26 - seen.length));
        seen.push(...data.map(({ attributes }) => attributes['report_date']));
        path = links.next?.split('/reports/')[1] ?? null;
      }
      expect(seen).toEqual(expected);
    }
  });

  it('returns ten reports per page by default, and links that keep the filter and the order', async () => {
    const path = 'download_count/?sort=report_date&filter[daily_file_downloads]=0';
    const { data, links } = await list(`${path}&page[number]=1&page[size]=4`);
    const url = `/_/metrics/reports/${path}`;
    const page = (number: number): string => encodeURI(`${url}&page[size]=4&page[number]=${number}`);
    expect(data).toHaveLength(4);
    expect(links).toEqual({
      self: `${url}&page[number]=1&page[size]=4`,
      first: encodeURI(`${url}&page[size]=4`),
      prev: null,
      next: page(2),
      last: page(3),
    });
    const last = await list(String(links.last?.split('/reports/')[1]));
    expect(last.data).toHaveLength(1);
    expect([last.links.next, last.links.prev]).toEqual([null, page(2)]);
    expect((await list('download_count')).data).toHaveLength(10);
  });

  it('accepts the names of osf.metrics for the cycle and the page', async () => {
    const days = (path: string): Promise<unknown[]> => found(`download_count/?${path}`, 'report_date');
    expect(await days('sort=-cycle_coverage')).toEqual(await days('sort=-report_date'));
    expect(await days('sort=cycle_coverage')).toEqual(await days('sort=report_date'));
    const months = (sort: string): Promise<unknown[]> => found(`public_item_usage/?sort=${sort}`, 'report_yearmonth');
    expect(await months('cycle_coverage')).toEqual(await months('report_yearmonth'));
    const { data, links } = await list('download_count/?page=2&page[size]=4');
    expect(data).toEqual((await list('download_count/?page[number]=2&page[size]=4')).data);
    expect([links.prev, links.next].map((link) => new URL(link ?? '', app.url).searchParams.get('page'))).toEqual([
      null,
      null,
    ]);
    expect(links.next).toContain('page%5Bnumber%5D=3');
  });

  it.each(['version=2.20', 'version=latest', 'view_only=0123abcd', '_=1732449600000', 'format=jsonapi', 'format=api'])(
    'returns the same document with %s, which clients of the OSF send',
    async (parameter) => {
      for (const path of ['reports/', 'reports/download_count/', 'reports/download_count/recent/']) {
        const { data } = await app.json<{ data: unknown }>(path);
        expect(await app.json(`${path}?${parameter}`)).toMatchObject({ data });
      }
      expect((await app.request(`query/user_visits/?${parameter}`)).status).toBe(200);
    },
  );

  it('returns a document for format=jsonapi, whatever the client accepts', async () => {
    const headers = { Accept: 'text/csv' };
    const response = await app.request('reports/download_count/?format=jsonapi', { headers });
    expect(response.headers.get('Content-Type')).toBe('application/vnd.api+json; charset=utf-8');
    expect(response.headers.get('Content-Disposition')).toBeNull();
  });

  it('returns an empty page with a link to the last page when the page does not exist', async () => {
    const { data, links, meta } = await list('download_count/?page[number]=1000000&page[size]=20');
    expect([data, meta]).toEqual([[], { total: 26 }]);
    expect(links.prev).toBe(links.last);
    expect(links.next).toBeNull();
    expect(links.last).toContain('page%5Bnumber%5D=2');
  });

  it('returns an empty list, or a file with only a header, without any reports', async () => {
    const empty = await TestApp.start();
    expect(await empty.json('reports/download_count/')).toMatchObject({ data: [], meta: { total: 0 } });
    for (const path of ['reports/download_count/', 'reports/download_count/recent/']) {
      const response = await empty.request(`${path}?format=csv`);
      expect(await response.text()).toBe('report_date,daily_file_downloads,timestamp\r\n');
    }
    await empty.stop();
  });

  it('returns every older report once while newer ones are saved between pages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 5 }), async (size, added) => {
        const own = await TestApp.start();
        const repository = own.nest.get(MetricsRepository);
        const days = ['05', '06', '07', '08', '09', '10'].map((day) => `2026-11-${day}`);
        await repository.saveReports(days.map((day) => downloads(day, 1)));
        let path: string | null = `reports/download_count/?page[size]=${size}`;
        const seen: unknown[] = [];
        while (path !== null) {
          const { data, links }: ReportListDocument = await own.json<ReportListDocument>(path);
          seen.push(...data.map(({ attributes }) => attributes['report_date']));
          const newer = Array.from({ length: added }, (_, index) => downloads(`2026-11-${index + 11}`, 1));
          await repository.saveReports(newer);
          path = links.next?.split('/metrics/')[1] ?? null;
        }
        expect(seen).toEqual([...days].reverse());
        await own.stop();
      }),
      { numRuns: 8 },
    );
  });
});
