import { parse } from 'csv-parse/sync';
import type { MonthlyInstitutionalUserReport } from '../../src/reports/monthly/institutional-user.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { HOSTILE, INSTITUTION_REPORTS, type OsfDocument } from '../support/institution-reports.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

describe("institution metrics in the shapes of the OSF's API", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.nest.get(MetricsRepository).saveReports(INSTITUTION_REPORTS);
  });
  afterAll(async () => await app.stop());

  function urlOf(path: string): string {
    return `/v2/institutions/${path}`;
  }

  async function get(path: string): Promise<OsfDocument> {
    return await app.json<OsfDocument>(urlOf(path), { key: ADMIN_KEY });
  }

  async function userIds(query = ''): Promise<string[]> {
    return (await get(`uni/metrics/users/?${query}`)).data.map(({ relationships }) => relationships.user.data.id);
  }

  describe('users', () => {
    it('are resources with relationships, links and the names of the OSF', async () => {
      const response = await app.request(urlOf('uni/metrics/users/?page=1&page[size]=2&sort=-private_projects'), {
        key: ADMIN_KEY,
        headers: { Accept: 'application/vnd.api+json;version=2.20' },
      });
      expect(response.headers.get('Content-Type')).toBe('application/vnd.api+json; charset=utf-8');
      expect(response.headers.get('Cache-Control')).toBe('private, no-store');
      expect(response.headers.get('Content-Disposition')).toBeNull();
      const document = (await response.json()) as OsfDocument;
      const report = INSTITUTION_REPORTS[0] as MonthlyInstitutionalUserReport;
      const parameters = 'page%5Bsize%5D=2&sort=-private_projects';
      expect(document.data[0]).toEqual({
        id: report.id,
        type: 'institution-users',
        attributes: {
          report_yearmonth: '2026-10',
          user_name: 'ada01',
          department: 'Maths',
          orcid_id: '0000-0001',
          month_last_login: report.month_last_login?.toString() ?? null,
          month_last_active: report.month_last_active?.toString() ?? null,
          account_creation_date: report.account_creation_date?.toString() ?? null,
          public_projects: report.public_project_count,
          private_projects: 9,
          public_registration_count: report.public_registration_count,
          embargoed_registration_count: report.embargoed_registration_count,
          published_preprint_count: report.published_preprint_count,
          public_file_count: report.public_file_count,
          storage_byte_count: 300,
        },
        relationships: {
          user: {
            links: { related: { href: `/v2/users/ada01/`, meta: {} } },
            data: { id: 'ada01', type: 'users' },
          },
          institution: {
            links: { related: { href: `/v2/institutions/uni/`, meta: {} } },
            data: { id: 'uni', type: 'institutions' },
          },
        },
        links: { self: urlOf('uni/metrics/users/?filter%5Buser_id%5D=ada01&report_yearmonth=2026-10') },
      });
      expect(document.meta).toEqual({ total: 5, per_page: 2, version: '2.20' });
      expect(document.links).toEqual({
        self: urlOf(`uni/metrics/users/?${parameters}`),
        first: null,
        last: urlOf(`uni/metrics/users/?page=3&${parameters}`),
        prev: null,
        next: urlOf(`uni/metrics/users/?page=2&${parameters}`),
      });
    });

    it('each have a link to themselves', async () => {
      for (const resource of (await get('uni/metrics/users/')).data) {
        const { data } = await app.json<OsfDocument>(resource.links.self, { key: ADMIN_KEY });
        expect(data).toEqual([resource]);
      }
    });

    it('are those of the latest month with the largest storage first, without deleted users', async () => {
      expect(await userIds()).toEqual(['ada01', 'cyd03', 'bob02', 'dan04', 'eve05']);
      expect(await userIds('report_yearmonth=2026-08')).toEqual(['ada01']);
      expect(await userIds('report_yearmonth=2026-07')).toEqual([]);
    });

    it('are sorted by every attribute, with missing values last', async () => {
      const [first] = (await get('uni/metrics/users/')).data;
      for (const name of Object.keys(first?.attributes ?? {})) {
        for (const [sort, direction] of [
          [name, 1],
          [`-${name}`, -1],
        ] as const) {
          const values = (await get(`uni/metrics/users/?sort=${sort}`)).data.map(({ attributes }) => attributes[name]);
          const present = values.filter((value) => value !== null) as (string | number)[];
          const sorted = present.toSorted((one, other) => (one === other ? 0 : one < other ? -direction : direction));
          expect([sort, values]).toEqual([sort, [...sorted, ...values.filter((value) => value === null)]]);
        }
      }
    });

    it.each([
      ['sort=-total_data_stored', 'sort=-storage_byte_count'],
      ['sort=month_las_login', 'sort=month_last_login'],
      ['sort=', ''],
      ['size=1', ''],
      ['page[size]=0', ''],
      ['page[size]=many', ''],
      ['page[size]=10000', ''],
      ['page[size]=99999', ''],
      ['page=', ''],
      ['page=last&page[size]=2', 'page=3&page[size]=2'],
      ['version=2.20&view_only=0123&_=1&embed=user&fields[institution-users]=user_name&envelope=data', ''],
    ])('are the same with "%s" as with "%s"', async (query, other) => {
      expect(await userIds(query)).toEqual(await userIds(other));
    });

    it.each([
      ['filter[department]=Maths', ['ada01', 'bob02']],
      ['filter[department]=%20Maths%20', ['ada01', 'bob02']],
      ['filter[department]=maths', []],
      ['filter[department]=N/A', ['eve05']],
      ['filter[department][ne]=N/A', ['ada01', 'bob02', 'cyd03', 'dan04']],
      ['filter[department]=', ['eve05']],
      ['filter[department]=QA', []],
      ['filter[department][ne]=Maths', ['cyd03', 'dan04', 'eve05']],
      ['filter[orcid_id][ne]=', ['ada01', 'cyd03']],
      ['filter[orcid_id][eq]=0000-0002', ['cyd03']],
      ['filter[orcid_id][ne]=&filter[department]=Maths', ['ada01']],
      ['filter[public_projects]=8', ['bob02']],
    ])('are filtered by "%s": %j', async (query, expected) => {
      expect((await userIds(query)).sort()).toEqual(expected);
      expect((await get(`uni/metrics/users/?${query}&page[size]=1`)).meta.total).toBe(expected.length);
    });

    it.each([
      ['filter[foo]=1', 'filter[foo]'],
      ['filter[__proto__]=1', 'filter[__proto__]'],
      ['filter[department][gt]=1', 'filter[department][gt]'],
      ['sort=nonsense', 'sort'],
      ['sort=constructor', 'sort'],
      ['report_yearmonth=2026-13', 'report_yearmonth'],
      ['format=xlsx', 'format'],
    ])('return 400 for "%s", naming %s', async (query, parameter) => {
      const response = await app.request(urlOf(`uni/metrics/users/?${query}`), { key: ADMIN_KEY });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ status: '400', source: { parameter } }] });
    });

    it.each(['page=0', 'page=4&page[size]=2', 'page=x', 'page=-1', 'page=1.5'])(
      'return 404 for "%s", which is not a page',
      async (query) => {
        const response = await app.request(urlOf(`uni/metrics/users/?${query}`), { key: ADMIN_KEY });
        expect(response.status).toBe(404);
        expect(await response.json()).toMatchObject({ errors: [{ detail: 'Invalid page.' }] });
      },
    );

    it('are each on one page', async () => {
      const seen: string[] = [];
      let url: string | null = urlOf('uni/metrics/users/?sort=department&page[size]=2');
      while (url !== null) {
        const { data, links }: OsfDocument = await app.json<OsfDocument>(url, { key: ADMIN_KEY });
        seen.push(...data.map(({ relationships }) => relationships.user.data.id));
        url = links.next;
      }
      expect(seen).toEqual(await userIds('sort=department'));
    });

    it.each([
      ['csv', ','],
      ['tsv', '\t'],
    ])('are a %s file with all users, the month first and formulas escaped', async (format, delimiter) => {
      const response = await app.request(urlOf(`uni/metrics/users/?format=${format}&page[size]=1&sort=user_name`), {
        key: ADMIN_KEY,
        headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
      });
      expect(response.headers.get('Content-Disposition')).toBe(
        `attachment; filename="institution-user-metrics_2026-11.${format}"`,
      );
      const [header = [], ...rows] = parse(await response.text(), { delimiter });
      expect(header).toEqual([
        'report_yearmonth',
        'user_name',
        'department',
        'orcid_id',
        'month_last_login',
        'month_last_active',
        'account_creation_date',
        'public_projects',
        'private_projects',
        'public_registration_count',
        'embargoed_registration_count',
        'published_preprint_count',
        'public_file_count',
        'storage_byte_count',
      ]);
      expect(rows.map((row) => row[1])).toEqual(['Eve', 'Zoë', 'ada01', 'cyd03', 'dan04']);
      expect(rows[4]?.slice(0, 3)).toEqual(['2026-10', expect.any(String), `'${HOSTILE}`]);
    });

    it('are an array of attributes with format=json_report', async () => {
      const response = await app.request(urlOf('uni/metrics/users/?format=json_report&page[size]=10000'), {
        key: ADMIN_KEY,
      });
      expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
      expect(response.headers.get('Content-Disposition')).toContain('institution-user-metrics_2026-11.json');
      const { data } = await get('uni/metrics/users/');
      expect(await response.json()).toEqual(data.map(({ attributes }) => attributes));
    });

    it('are the same document as JSON', async () => {
      expect(await get('uni/metrics/users/?format=json&page[size]=10000')).toMatchObject({
        data: (await get('uni/metrics/users/')).data,
        meta: { total: 5 },
      });
    });
  });
});
