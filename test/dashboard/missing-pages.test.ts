import { TestApp } from '../support/test-app.js';

const BROWSER = { headers: { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' } };

describe('addresses without a page', () => {
  let app: TestApp;

  beforeAll(async () => (app = await TestApp.start()));
  afterAll(async () => await app.stop());

  it.each([
    ['/nope', './_/metrics/'],
    ['/nope/more/', '../../_/metrics/'],
    ['/_/metrics/nope', './'],
    ['/_/metrics/dashboard/nope/', '../../'],
    ['/_/metrics/dashboard/nope/more/?range=7d', '../../../'],
  ])('send a browser a page that links to the overview: %s', async (path, root) => {
    const response = await app.request(path, BROWSER);
    expect([response.status, response.headers.get('Content-Type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'self'");
    const page = await response.text();
    expect(page).toContain(`href="${root}sign-in`);
    expect(page).toContain('There is nothing at this address');
    expect(page).toContain(`href="${root}dashboard/"`);
    const overview = new URL(`${root}dashboard/`, app.url + path);
    expect((await app.request(overview.href)).status).toBe(200);
  });

  it.each(['*/*', 'application/json, text/html;q=0.9', 'application/vnd.api+json'])(
    'send other clients the error as JSON:API: %s',
    async (accept) => {
      const response = await app.request('/_/metrics/dashboard/nope/', { headers: { Accept: accept } });
      expect([response.status, response.headers.get('Content-Type')]).toEqual([
        404,
        expect.stringContaining('application/vnd.api+json'),
      ]);
    },
  );

  it('lead from the root of the service to its pages', async () => {
    const response = await app.request('/', { redirect: 'manual' } as object);
    expect([response.status, response.headers.get('Location')]).toEqual([302, './_/metrics/']);
  });
});
