import { requestRun, runs } from '../support/reporter-runs.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

interface Errors {
  readonly errors: { readonly detail?: string; readonly title: string; readonly source?: object }[];
}

describe('an invalid request to the reporters', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterEach(async () => expect(await runs(app)).toEqual([]));
  afterAll(async () => await app.stop());

  it.each([
    ['GET', 'reporters/'],
    ['GET', 'reporters/runs/'],
    ['GET', 'reporters/runs/7/'],
    ['POST', 'reporters/download_count/runs/'],
  ])('%s %s returns 401 without a key and 403 with a key without the scope', async (method, path) => {
    const body = method === 'POST' ? { cycle: '2026-11-23' } : undefined;
    expect((await app.request(path, { method, body })).status).toBe(401);
    expect((await app.request(path, { method, body, key: TRUSTED_KEY })).status).toBe(403);
  });

  it.each([
    ['download_count', '2026-11'],
    ['public_item_usage', '2026-10-01'],
    ['public_item_usage', '2026-13'],
    ['public_item_usage', '2026-00'],
    ['public_item_usage', '0000-01'],
    ['public_item_usage', '2026-12'],
    ['public_item_usage', '9999-12'],
    ['download_count', '2026-02-30'],
    ['download_count', '2026-11-25'],
    ['download_count', 'yesterday'],
    ['download_count', ''],
    ['download_count', '\u0000'],
    ['download_count', '\ud800'],
    ['download_count', '2026-11-23\n'],
    ['download_count', 20261123],
    ['download_count', null],
    ['download_count', ['2026-11-23']],
    ['download_count', { toString: '2026-11-23' }],
    ['download_count', undefined],
  ])('returns 400 naming the cycle for a run of %s for %j', async (id, cycle) => {
    const response = await requestRun(app, id, cycle);
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as Errors;
    expect(errors.map(({ source }) => source)).toEqual([{ pointer: '/data/attributes/cycle' }]);
    expect(errors[0]?.detail).not.toBe('');
  });

  it('returns 400 for a body that is not an object', async () => {
    for (const body of ['null', '[]', '7', '{"data":null}', '{"data":{"type":"runs"}}']) {
      const response = await app.request('reporters/download_count/runs/', { body, key: ADMIN_KEY });
      expect(response.status).toBe(400);
    }
  });

  it.each(['nothing', 'download_counts', '__proto__', 'DOWNLOADS', '%00'])(
    'returns 404 for the reporter %s',
    async (id) => {
      const response = await requestRun(app, id, '2026-11-23');
      expect(response.status).toBe(404);
      expect(((await response.json()) as Errors).errors[0]?.title).toBe('unknown reporter');
    },
  );

  it.each([
    ['filter[state]=running', 'filter[state]'],
    ['page[size]=0', 'page[size]'],
    ['page[size]=1001', 'page[size]'],
    ['reporter=download_count', 'reporter'],
    ['filter[reporter]=a&filter[reporter]=b', 'filter[reporter]'],
  ])('returns 400 for runs with "%s", naming %s', async (query, parameter) => {
    const response = await app.request(`reporters/runs/?${query}`, { key: ADMIN_KEY });
    expect(response.status).toBe(400);
    expect(((await response.json()) as Errors).errors[0]?.source).toEqual({ parameter });
  });

  it.each(['7', '00000000-0000-0000-0000-000000000000', '%00', '%F0%9F%92%A9'])(
    'returns 404 for the run %s',
    async (id) => {
      expect((await app.request(`reporters/runs/${id}/`, { key: ADMIN_KEY })).status).toBe(404);
    },
  );
});
