import { parse } from 'csv-parse/sync';
import { ApiKeys } from '../../src/http/auth/api-keys.service.js';
import type { MonthlyInstitutionalUserReport } from '../../src/reports/monthly/institutional-user.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { describeWithOsfDatabase, TestOsfDatabase } from '../support/osf-database.js';
import { institutionalUser, institutionSummary } from '../support/report-samples.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

const READER_KEY = 'reader-key';
const HOSTILE = '=cmd|\'/c calc\'!A1, "Dept",\r\n\u0000 🜁';

interface ReportListDocument {
  data: { id: string; type: string; attributes: Record<string, unknown> }[];
  meta: { total: number };
  links: Record<'self' | 'first' | 'prev' | 'next' | 'last', string | null>;
}

function user(user_id: string, fields: Partial<MonthlyInstitutionalUserReport> = {}, month = '2026-10') {
  return institutionalUser(month, user_id, { orcid_id: null, storage_byte_count: 0, user_name: user_id, ...fields });
}

describe('the reports of an institution', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    app.nest.get(ApiKeys).add('test', READER_KEY, ['reports:read-private']);
    await app.nest.get(MetricsRepository).saveReports([
      user('ada01', {
        department_name: 'Maths',
        orcid_id: '0000-0001',
        storage_byte_count: 300,
        private_project_count: 9,
      }),
      user('bob02', { department_name: 'Maths', storage_byte_count: 100, user_name: 'Zoë' }),
      user('cyd03', { department_name: 'Law', orcid_id: '0000-0002', storage_byte_count: 200 }),
      user('dan04', { department_name: HOSTILE, storage_byte_count: 50 }),
      user('eve05'),
      user('fay06'),
      user('gone7', { user_name: 'Deleted user', department_name: 'Law', storage_byte_count: 1_000 }),
      user('ada01', { department_name: 'History' }, '2026-08'),
      user('xen08', { institution_id: 'other', department_name: 'Maths' }),
      user('xen08', { institution_id: 'other' }, '2026-11'),
      institutionSummary('2026-08', 'uni', { user_count: 1 }),
      institutionSummary('2026-10', 'uni', { user_count: 6 }),
      institutionSummary('2026-11', 'other'),
      institutionSummary('2026-10', 'empty', { user_count: 0 }),
    ]);
  });

  afterAll(async () => await app.stop());

  async function get(path: string): Promise<ReportListDocument> {
    return await app.json<ReportListDocument>(`institutions/${path}`, { key: ADMIN_KEY });
  }

  async function userIds(query = ''): Promise<unknown[]> {
    return (await get(`uni/users/${query}`)).data.map(({ attributes }) => attributes['user_id']);
  }

  it.each(['summary', 'users', 'departments'])('require the scope admin: %s', async (name) => {
    for (const [key, status] of [
      [undefined, 401],
      ['unknown key', 401],
      [TRUSTED_KEY, 403],
      [READER_KEY, 403],
    ] as const)
      expect((await app.request(`institutions/uni/${name}/`, { key })).status).toBe(status);
    const response = await app.request(`institutions/uni/${name}/`, { key: ADMIN_KEY });
    expect([response.status, response.headers.get('Cache-Control')]).toEqual([200, 'private, no-store']);
    await response.text();
  });

  it.each(['summary', 'users', 'departments'])('return 404 for an institution without reports: %s', async (name) => {
    for (const id of ['unknown', 'UNI', '%00', '%F0%9F%98%80', "'%20or%201=1"]) {
      const response = await app.request(`institutions/${id}/${name}`, { key: ADMIN_KEY });
      expect([id, response.status]).toEqual([id, 404]);
      expect(await response.text()).toContain('there is no report about an institution');
    }
  });

  it.each(['summary', 'users', 'departments'])('return 400 for an invalid month: %s', async (name) => {
    for (const query of ['report_yearmonth=2026-13', 'report_yearmonth=', 'report_yearmonth=x', 'month=2026-10']) {
      const response = await app.request(`institutions/uni/${name}?${query}`, { key: ADMIN_KEY });
      const { errors } = (await response.json()) as { errors: { source: object }[] };
      expect([response.status, errors[0]?.source]).toEqual([400, { parameter: query.split('=')[0] }]);
    }
  });

  describe('the summary', () => {
    it('is that of the latest month with a summary', async () => {
      const { data } = await app.json<{ data: ReportListDocument['data'][0] }>('institutions/uni/summary/', {
        key: ADMIN_KEY,
      });
      expect(data).toEqual({
        id: 'uni',
        type: 'institution-summary-metrics',
        attributes: JSON.parse(JSON.stringify(institutionSummary('2026-10', 'uni', { user_count: 6 }))) as object,
      });
    });

    it('is that of the requested month', async () => {
      const { data } = await app.json<{ data: ReportListDocument['data'][0] }>(
        'institutions/uni/summary/?report_yearmonth=2026-08',
        { key: ADMIN_KEY },
      );
      expect(data.attributes).toMatchObject({ report_yearmonth: '2026-08', user_count: 1 });
    });

    it('returns 404 that names the requested month, if the month has no summary', async () => {
      const path = 'institutions/uni/summary/?report_yearmonth=2026-09';
      const response = await app.request(path, { key: ADMIN_KEY });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        errors: [{ detail: 'there is no report about an institution "uni" for 2026-09' }],
      });
    });
  });

  describe('the users', () => {
    it('are those of the latest month, largest storage first, without deleted users', async () => {
      const { data, meta } = await get('uni/users/');
      expect(data.slice(0, 4).map(({ attributes }) => attributes['user_id'])).toEqual([
        'ada01',
        'cyd03',
        'bob02',
        'dan04',
      ]);
      expect(
        data
          .slice(4)
          .map(({ attributes }) => attributes['user_id'])
          .sort(),
      ).toEqual(['eve05', 'fay06']);
      expect(meta).toEqual({ total: 6 });
    });

    it('have all fields of their reports', async () => {
      const { data } = await get('uni/users/?page[size]=1');
      const { timestamp, ...fields } = user('ada01', {
        department_name: 'Maths',
        orcid_id: '0000-0001',
        storage_byte_count: 300,
        private_project_count: 9,
      });
      expect(data).toEqual(
        JSON.parse(
          JSON.stringify([{ id: user('ada01').id, type: 'institution-users', attributes: { ...fields, timestamp } }]),
        ),
      );
    });

    it('are those of the requested month', async () => {
      expect(await userIds('?report_yearmonth=2026-08')).toEqual(['ada01']);
      expect(await get('uni/users/?report_yearmonth=2026-09')).toMatchObject({ data: [], meta: { total: 0 } });
    });

    it('can be an empty list', async () => {
      expect(await get('empty/users/')).toMatchObject({ data: [], meta: { total: 0 } });
    });

    it.each([
      ['filter[department_name]=Maths', ['ada01', 'bob02']],
      ['filter[department_name]=Mat', []],
      [`filter[department_name]=${encodeURIComponent(HOSTILE)}`, ['dan04']],
      ['filter[department_name]=', ['eve05', 'fay06']],
      ['filter[department_name][ne]=Maths', ['cyd03', 'dan04', 'eve05', 'fay06']],
      ['filter[department_name][ne]=&filter[department_name][ne]=Law', ['ada01', 'bob02', 'dan04']],
      ['filter[orcid_id]=0000-0002', ['cyd03']],
      ['filter[orcid_id]=', ['bob02', 'dan04', 'eve05', 'fay06']],
      ['filter[orcid_id][ne]=', ['ada01', 'cyd03']],
      ['filter[orcid_id][ne]=0000-0002', ['ada01', 'bob02', 'dan04', 'eve05', 'fay06']],
      ['filter[orcid_id][ne]=&filter[department_name]=Law', ['cyd03']],
      ['filter[institution_id]=other', []],
      ['filter[user_name]=Deleted%20user', []],
    ])('are filtered by %s', async (query, expected) => {
      expect((await userIds(`?${query}`)).sort()).toEqual(expected);
      expect((await get(`uni/users/?${query}&page[size]=1`)).meta).toEqual({ total: expected.length });
    });

    it('are sorted by any field in either direction, missing values last', async () => {
      const fields = Object.keys((await get('uni/users/')).data[0]?.attributes ?? {});
      expect(fields).toHaveLength(17);
      for (const field of fields) {
        for (const [sort, direction] of [
          [field, 1],
          [`-${field}`, -1],
        ] as const) {
          const { data } = await get(`uni/users/?sort=${sort}`);
          const values = data.map(({ attributes }) => attributes[field]);
          const sorted = values
            .filter((value) => value !== null)
            .sort((one, other) => (one === other ? 0 : (one as string) < (other as string) ? -direction : direction));
          expect([sort, values]).toEqual([sort, [...sorted, ...values.filter((value) => value === null)]]);
        }
      }
    });

    it.each([
      ['sort=department', 'sort'],
      ['filter[department]=Maths', 'filter[department]'],
      ['page[size]=0', 'page[size]'],
      ['format=xlsx', 'format'],
    ])('return 400 for "%s", naming %s', async (query, parameter) => {
      const response = await app.request(`institutions/uni/users?${query}`, { key: ADMIN_KEY });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ source: { parameter } }] });
    });

    it.each(['', '&page[number]=1'])('are returned exactly once, page by page%s', async (start) => {
      let path: string | null = `uni/users/?sort=department_name&page[size]=2${start}`;
      const seen: unknown[] = [];
      while (path !== null) {
        const { data, meta, links }: ReportListDocument = await get(path);
        expect([data.length, meta.total]).toEqual([2, 6]);
        seen.push(...data.map(({ attributes }) => attributes['user_id']));
        path = links.next?.split('/institutions/')[1] ?? null;
      }
      expect(seen).toEqual(await userIds('?sort=department_name'));
    });

    it.each([
      ['csv', ','],
      ['tsv', '\t'],
    ])('are sent as a %s file with all users, the month first and formulas escaped', async (format, delimiter) => {
      const response = await app.request(`institutions/uni/users/?format=${format}`, { key: ADMIN_KEY });
      expect(response.headers.get('Content-Disposition')).toBe(
        `attachment; filename="institutional_users_2026-10.${format}"`,
      );
      const rows: Record<string, string>[] = parse(await response.text(), { columns: true, delimiter });
      expect(rows).toHaveLength(6);
      expect(Object.keys(rows[0] ?? {})[0]).toBe('report_yearmonth');
      expect(rows[0]).toMatchObject({ user_id: 'ada01', department_name: 'Maths', storage_byte_count: '300' });
      expect(rows[3]).toMatchObject({ user_id: 'dan04', department_name: `'${HOSTILE}`, orcid_id: '' });
    });

    it('are sent as a JSON file with the requested page', async () => {
      const path = 'institutions/uni/users/?format=json&filter[department_name]=Maths&page[size]=1';
      const response = await app.request(path, { key: ADMIN_KEY });
      expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
      expect(response.headers.get('Content-Disposition')).toContain('institutional_users_2026-10.json');
      expect(await response.json()).toMatchObject({ data: [{ type: 'institution-users' }], meta: { total: 2 } });
    });

    it('are sent as a file with only a header for a month without users', async () => {
      const path = 'institutions/uni/users/?format=csv&report_yearmonth=2026-09';
      const text = await (await app.request(path, { key: ADMIN_KEY })).text();
      expect(text).toMatch(/^report_yearmonth,institution_id,user_id,.*\r\n$/);
    });
  });

  describe('the departments', () => {
    async function departments(path: string): Promise<unknown[]> {
      return (await get(path)).data.map(({ attributes }) => [attributes['name'], attributes['number_of_users']]);
    }

    it('are sorted by size, then by name, and exclude deleted users', async () => {
      expect(await departments('uni/departments/')).toEqual([
        ['Maths', 2],
        [null, 2],
        [HOSTILE, 1],
        ['Law', 1],
      ]);
    });

    it('are resources with unique ids', async () => {
      const { data } = await get('uni/departments/');
      expect(data[0]).toEqual({
        id: 'uni-Maths',
        type: 'institution-departments',
        attributes: { name: 'Maths', number_of_users: 2 },
      });
      expect(new Set(data.map(({ id }) => id)).size).toBe(4);
    });

    it('are those of the requested month', async () => {
      expect(await departments('uni/departments?report_yearmonth=2026-08')).toEqual([['History', 1]]);
      expect(await departments('uni/departments?report_yearmonth=2026-09')).toEqual([]);
      expect(await departments('empty/departments')).toEqual([]);
    });
  });
});

describeWithOsfDatabase('the users of an institution, with the OSF database', () => {
  let osf: TestOsfDatabase;
  let app: TestApp;

  beforeAll(async () => {
    osf = await TestOsfDatabase.start();
    app = await TestApp.start({ OSF_DATABASE_URL: osf.url });
    const institution = await osf.institution({ guid: 'uni' });
    for (const guid of ['ada01', 'bob02']) await osf.affiliate(await osf.user({ guid }), institution);
    const reports = ['ada01', 'bob02', 'cyd03'].map((id) =>
      user(id, { department_name: 'Maths', user_name: `Name of ${id}` }),
    );
    await app.nest.get(MetricsRepository).saveReports(reports);
  });

  afterAll(async () => {
    await app.stop();
    await osf.stop();
  });

  it('exclude users whose data the OSF deleted after the report was created, in every format', async () => {
    const read = async (path: string): Promise<string> =>
      await (await app.request(`institutions/uni/${path}`, { key: ADMIN_KEY })).text();
    expect(await read('users/?format=csv')).toContain('bob02');
    expect(await read('departments/')).toContain('"number_of_users":3');
    await osf.query("UPDATE osf_osfuser SET deleted = now() WHERE username LIKE 'bob02@%'");
    for (const path of ['users/', 'users/?format=csv', 'users/?filter[user_id]=bob02']) {
      expect(await read(path)).not.toMatch(/"user_id":"bob02"|,bob02,/);
    }
    expect(JSON.parse(await read('users/'))).toMatchObject({ meta: { total: 2 } });
    expect(await read('departments/')).toContain('"number_of_users":2');
  });

  it('have no personal data in reports that were saved before the OSF deleted it', async () => {
    await osf.query("UPDATE osf_osfuser SET deleted = now() WHERE username LIKE 'ada01@%'");
    for (const path of ['', '?format=csv', 'recent/?days_back=3000', 'export']) {
      const text = await (await app.request(`reports/institutional_users/${path}`, { key: ADMIN_KEY })).text();
      expect(text).toContain('ada01');
      expect(text).toContain('Deleted user');
      expect(text).not.toContain('Name of ada01');
    }
  });

  it('return 503 while deleted users cannot be looked up', async () => {
    await osf.query('ALTER TABLE osf_osfuser RENAME TO hidden');
    for (const path of ['institutions/uni/users', 'institutions/uni/departments', 'reports/institutional_users']) {
      const response = await app.request(path, { key: ADMIN_KEY });
      expect([response.status, response.headers.has('Retry-After')]).toEqual([503, true]);
    }
    await osf.query('ALTER TABLE hidden RENAME TO osf_osfuser');
  });
});
