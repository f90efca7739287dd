import { TestOsfApi } from '../support/osf-api.js';
import type { Target } from '../support/osf-builder.js';
import { describeWithOsfDatabase, TestOsfDatabase } from '../support/osf-database.js';
import { record } from '../support/reporter-runs.js';
import { TestApp } from '../support/test-app.js';

describeWithOsfDatabase('pages with fewer visits than PUBLIC_MINIMUM_VISITS', () => {
  let osf: TestOsfDatabase;
  let api: TestOsfApi;
  let app: TestApp;

  beforeAll(async () => {
    [osf, api] = [await TestOsfDatabase.start(), await TestOsfApi.start()];
    app = await TestApp.start({ OSF_DATABASE_URL: osf.url, OSF_API_URL: api.url, PUBLIC_MINIMUM_VISITS: '2' });
    const project = await osf.node({ guid: 'proj1' });
    const preprint = await osf.preprint({ guid: 'prep1', provider: await osf.provider('preprint', 'osf') });
    await osf.primaryFile(preprint);
    const add = async (name: string, permission: 'read' | 'write' | 'admin', target: Target): Promise<void> => {
      const user = await osf.user({ guid: name });
      api.addUser(`token-${name}`, name);
      await osf.contributor(target, user, permission);
    };
    await add('read1', 'read', project);
    await add('writ1', 'write', project);
    await add('admi1', 'admin', project);
    await add('auth1', 'write', preprint);
    await record(
      app,
      ['proj1', 'prep1'].map((item) => ({
        item,
        at: '2026-11-20T10:00:00Z',
        page: { page_url: `https://osf.io/${item}/rare` },
      })),
    );
  });
  afterAll(async () => {
    await app.stop();
    await api.stop();
    await osf.stop();
  });

  it.each([
    ['proj1', undefined, false],
    ['proj1', 'read1', false],
    ['proj1', 'writ1', true],
    ['proj1', 'admi1', true],
    ['proj1', 'auth1', false],
    ['prep1', 'auth1', true],
    ['prep1', 'writ1', false],
  ])('of %s are listed for %s: %s', async (guid, user, isListed) => {
    const headers: Record<string, string> = user === undefined ? {} : { Authorization: `Bearer token-${user}` };
    const response = await app.request(`query/node_analytics/${guid}/week/`, { headers });
    expect(response.status).toBe(200);
    const { data } = (await response.json()) as { data: { attributes: { popular_pages: object[] } } };
    expect(data.attributes.popular_pages).toHaveLength(isListed ? 1 : 0);
    expect(response.headers.get('Cache-Control')).toBe(isListed ? 'private, no-store' : 'public, max-age=60');
  });
});
