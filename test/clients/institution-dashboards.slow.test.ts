import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { TestOsfApi } from '../support/osf-api.js';
import { ANGULAR_HEADERS, DOWNLOAD_HEADERS, EMBER_HEADERS, FRONT_END, readLikeJquery } from '../support/osf-clients.js';
import { describeWithOsfDatabase, TestOsfDatabase } from '../support/osf-database.js';
import { institutionalUser, institutionSummary } from '../support/report-samples.js';
import { TestApp } from '../support/test-app.js';

interface UsersDocument {
  data: {
    id: string;
    type: string;
    attributes: Record<string, string | number | null>;
    relationships: { user: { data: { id: string } } };
  }[];
  meta: { total: number };
}

interface DepartmentsDocument {
  data: { id: string; type: string; attributes: { name: string; number_of_users: number }; links: { self: string } }[];
}

interface SummaryDocument {
  data: { id: string; type: string; attributes: Record<string, number> };
}

/** The keys by which both front ends sort users. */
const SORT_KEYS = [
  'user_name',
  'department',
  'public_projects',
  'private_projects',
  'public_registration_count',
  'embargoed_registration_count',
  'published_preprint_count',
  'public_file_count',
  'storage_byte_count',
  'account_creation_date',
  'month_last_login',
  'month_last_active',
  // Only angular-osf sends these two.
  'total_data_stored',
  'month_las_login',
];

describeWithOsfDatabase('the institution dashboards', () => {
  let osf: TestOsfDatabase;
  let api: TestOsfApi;
  let app: TestApp;

  beforeAll(async () => {
    [osf, api] = await Promise.all([TestOsfDatabase.start(), TestOsfApi.start()]);
    app = await TestApp.start({ OSF_DATABASE_URL: osf.url, OSF_API_URL: api.url, CORS_ORIGINS: FRONT_END });
    const institution = await osf.institution({ guid: 'uni' });
    await osf.institutionAdmin(await osf.user({ guid: 'admin' }), institution);
    api.addUser('a-session; api-csrf=csrf-token', 'admin');
    api.addUser('a-session', 'admin');
    await app.nest
      .get(MetricsRepository)
      .saveReports([
        institutionalUser('2026-10', 'ada01', { department_name: 'Maths', storage_byte_count: 5 * 1024 ** 3 }),
        institutionalUser('2026-10', 'bob02', { orcid_id: null }),
        ...Array.from({ length: 10 }, (_, index) => institutionalUser('2026-10', `user${index}`)),
        institutionSummary('2026-10', 'uni', { storage_byte_count: 3 * 1024 ** 3 }),
      ]);
  });
  afterAll(async () => {
    await app.stop();
    await Promise.all([osf.stop(), api.stop()]);
  });

  async function get<T>(path: string, headers: Record<string, string> = ANGULAR_HEADERS): Promise<T> {
    const response = await app.request(`${app.url}/v2/institutions/uni/metrics/${path}`, { headers });
    expect([path, response.status]).toEqual([path, 200]);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(FRONT_END);
    expect(response.headers.get('Access-Control-Allow-Credentials')).toBe('true');
    return (await readLikeJquery(response)) as T;
  }

  describe('of angular-osf', () => {
    it('reads the departments', async () => {
      const { data } = await get<DepartmentsDocument>('departments/');
      const departments = data.map(({ id, attributes, links }) => ({
        id,
        name: attributes.name,
        numberOfUsers: attributes.number_of_users,
        selfLink: links.self,
      }));
      expect(departments.map(({ name, numberOfUsers }) => [name, numberOfUsers])).toEqual([
        ['N/A', 11],
        ['Maths', 1],
      ]);
    });

    it('reads the summary', async () => {
      const { data } = await get<SummaryDocument>('summary/');
      const { public_project_count = NaN, private_project_count = NaN, storage_byte_count = NaN } = data.attributes;
      expect(public_project_count + private_project_count).toBe(5);
      expect((storage_byte_count / 1024 ** 3).toFixed(1)).toBe('3.0');
      expect(Object.values(data.attributes)).toHaveLength(11);
    });

    it.each(SORT_KEYS.flatMap((key) => [key, `-${key}`]))('reads a page of users sorted by %s', async (sort) => {
      const { data, meta } = await get<UsersDocument>(`users/?page=1&page[size]=5&sort=${sort}`);
      expect(data.map(({ relationships }) => typeof relationships.user.data.id)).toEqual(Array(5).fill('string'));
      expect(meta.total).toBe(12);
    });

    it('filters by department and by ORCID iD', async () => {
      const total = async (query: string): Promise<number> =>
        (await get<UsersDocument>(`users/?page=1&page[size]=10&sort=user_name&${query}`)).meta.total;
      expect(await total('filter[department]=N/A')).toBe(11);
      expect(await total('filter[department]=QA')).toBe(0);
      expect(await total('filter[orcid_id][ne]=')).toBe(11);
    });

    it.each(['csv', 'tsv', 'json'])('downloads all users as %s', async (format) => {
      const path = `${app.url}/v2/institutions/uni/metrics/users/?format=${format}&page[size]=10000`;
      const response = await app.request(path, { headers: DOWNLOAD_HEADERS });
      expect([response.status, response.headers.get('Content-Type')]).toEqual([
        200,
        expect.stringContaining(format === 'json' ? 'json' : 'text/'),
      ]);
      expect((await response.text()).match(/2026-10/g)?.length).toBeGreaterThanOrEqual(12);
    });
  });

  describe('of ember-osf-web', () => {
    it('loads its models', async () => {
      const { data: departments } = await get<DepartmentsDocument>('departments/', EMBER_HEADERS);
      expect(new Set(departments.map(({ type }) => type))).toEqual(new Set(['institution-departments']));
      const { data: summary } = await get<SummaryDocument>('summary/', EMBER_HEADERS);
      expect([summary.id, summary.type]).toEqual(['uni', 'institution-summary-metrics']);
      expect(summary.attributes['storage_byte_count']?.toFixed(1)).toBe('3221225472.0');
      const { data: users, meta } = await get<UsersDocument>('users/?size=1', EMBER_HEADERS);
      expect(new Set(users.map(({ type }) => type))).toEqual(new Set(['institution-users']));
      expect(meta.total).toBe(12);
    });

    it('goes through the pages of users', async () => {
      const ids = new Set<string>();
      for (const page of [1, 2]) {
        const { data } = await get<UsersDocument>(`users/?page=${page}&page[size]=10&sort=user_name`, EMBER_HEADERS);
        for (const { id } of data) ids.add(id);
      }
      expect(ids.size).toBe(12);
    });

    it('downloads the users that it shows as a JSON file', async () => {
      const query = 'format=json_report&page[size]=10000&filter[department]=Maths&sort=-public_projects';
      const response = await app.request(`${app.url}/v2/institutions/uni/metrics/users/?${query}`, {
        headers: DOWNLOAD_HEADERS,
      });
      expect(response.headers.get('Content-Disposition')).toMatch(/^attachment; filename="institution-user-metrics_/);
      expect(await response.json()).toEqual([expect.objectContaining({ department: 'Maths', public_projects: 1 })]);
    });
  });
});
