import { ApiKeys } from '../../src/http/auth/api-keys.service.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { TestOsfApi } from '../support/osf-api.js';
import { describeWithOsfDatabase, TestOsfDatabase } from '../support/osf-database.js';
import { institutionalUser, institutionSummary } from '../support/report-samples.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

const ROUTES = ['summary', 'users', 'departments'];
const REPORTS = [institutionalUser('2026-10', 'ada01'), institutionSummary('2026-10', 'uni')];

describe("access to the institution metrics of the OSF's API, without the OSF", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.nest.get(MetricsRepository).saveReports(REPORTS);
  });
  afterAll(async () => await app.stop());

  function urlOf(path: string): string {
    return `${app.url}/v2/institutions/${path}`;
  }

  it.each(ROUTES)('%s: returns 401 without a key, 403 with a key without the scope admin', async (name) => {
    app.nest.get(ApiKeys).add('test', 'reader-key', ['reports:read-private']);
    for (const [key, status] of [
      [undefined, 401],
      ['unknown key', 401],
      [TRUSTED_KEY, 403],
      ['reader-key', 403],
    ] as const) {
      const response = await app.request(urlOf(`uni/metrics/${name}/`), { key });
      expect([response.status, response.headers.get('WWW-Authenticate')]).toEqual([
        status,
        status === 401 ? 'Bearer' : null,
      ]);
    }
  });

  it.each(ROUTES)('%s: returns 404 for an institution without reports, even without a key', async (name) => {
    for (const id of ['unknown', 'UNI', '%00', "'%20or%201=1"]) {
      expect((await app.request(urlOf(`${id}/metrics/${name}/`))).status).toBe(404);
    }
  });

  it.each(ROUTES)('%s: returns 405 for other methods', async (name) => {
    const response = await app.request(urlOf(`uni/metrics/${name}/`), { method: 'POST', body: {}, key: ADMIN_KEY });
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describeWithOsfDatabase("access to the institution metrics of the OSF's API, next to the OSF", () => {
  const origin = 'https://osf.io';
  let osf: TestOsfDatabase;
  let api: TestOsfApi;
  let app: TestApp;

  beforeAll(async () => {
    [osf, api] = await Promise.all([TestOsfDatabase.start(), TestOsfApi.start()]);
    app = await TestApp.start({ OSF_DATABASE_URL: osf.url, OSF_API_URL: api.url, CORS_ORIGINS: origin });
    const uni = await osf.institution({ guid: 'uni' });
    await osf.institution({ guid: 'empty' });
    await osf.institution({ guid: 'closed', columns: { deactivated: '2026-01-01T00:00:00Z' } });
    await osf.institution({ guid: 'erased', columns: { deleted: '2026-01-01T00:00:00Z' } });
    const admin = await osf.user({ guid: 'admin' });
    await osf.institutionAdmin(admin, uni);
    await osf.affiliate(await osf.user({ guid: 'member' }), uni);
    await osf.user({ guid: 'super', columns: { is_superuser: true } });
    for (const guid of ['admin', 'member', 'super']) api.addUser(`${guid}-session`, guid);
    await app.nest.get(MetricsRepository).saveReports(REPORTS);
  });
  afterAll(async () => {
    await app.stop();
    await Promise.all([osf.stop(), api.stop()]);
  });

  async function statusOf(path: string, session?: string): Promise<number> {
    const headers: Record<string, string> = session === undefined ? {} : { Cookie: `osf=${session}` };
    return (await app.request(`${app.url}/v2/institutions/${path}/`, { headers })).status;
  }

  it.each(ROUTES)('%s: is for administrators of the institution and superusers', async (name) => {
    expect(await statusOf(`uni/metrics/${name}`, 'admin-session')).toBe(200);
    expect(await statusOf(`uni/metrics/${name}`, 'super-session')).toBe(200);
    expect(await statusOf(`uni/metrics/${name}`, 'member-session')).toBe(403);
    expect(await statusOf(`empty/metrics/${name}`, 'admin-session')).toBe(403);
    expect(await statusOf(`uni/metrics/${name}`, 'expired-session')).toBe(401);
    expect(await statusOf(`uni/metrics/${name}`)).toBe(401);
  });

  it.each(ROUTES)('%s: returns 404 for unknown and deactivated institutions, 410 for deleted ones', async (name) => {
    for (const session of [undefined, 'super-session']) {
      expect(await statusOf(`unknown/metrics/${name}`, session)).toBe(404);
      expect(await statusOf(`closed/metrics/${name}`, session)).toBe(404);
      expect(await statusOf(`erased/metrics/${name}`, session)).toBe(410);
    }
  });

  it('accepts a token', async () => {
    const headers = { Authorization: 'Bearer admin-session' };
    expect((await app.request(`${app.url}/v2/institutions/uni/metrics/users/`, { headers })).status).toBe(200);
  });

  it('returns empty lists for an institution without reports', async () => {
    const read = async (name: string): Promise<unknown> =>
      await app.json(`${app.url}/v2/institutions/empty/metrics/${name}/`, { key: ADMIN_KEY });
    expect(await read('users')).toMatchObject({ data: [], meta: { total: 0 } });
    expect(await read('departments')).toMatchObject({ data: [], meta: { total: 0 } });
    expect(await read('summary')).toEqual({ meta: { version: '2.20' } });
  });

  it('allows front ends of configured origins to send credentials', async () => {
    const url = `${app.url}/v2/institutions/uni/metrics/users/`;
    const preflight = await app.request(url, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'content-type,x-csrftoken',
      },
    });
    const response = await app.request(url, { headers: { Origin: origin, Cookie: 'osf=admin-session' } });
    expect([preflight.status, response.status]).toEqual([204, 200]);
    for (const { headers } of [preflight, response]) {
      expect(headers.get('Access-Control-Allow-Origin')).toBe(origin);
      expect(headers.get('Access-Control-Allow-Credentials')).toBe('true');
    }
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toContain('x-csrftoken');
  });

  it("returns 503 while the OSF's database is unavailable", async () => {
    await osf.query('ALTER TABLE osf_institution RENAME TO hidden');
    expect(await statusOf('uni/metrics/users', 'admin-session')).toBe(503);
    await osf.query('ALTER TABLE hidden RENAME TO osf_institution');
  });
});
