import { findFreePort } from '../support/free-port.js';
import { TestApp } from '../support/test-app.js';

describe('OPERATIONS_PORT', () => {
  let app: TestApp;
  let operationsUrl: string;

  beforeAll(async () => {
    const port = await findFreePort();
    app = await TestApp.start({ HOST: '127.0.0.1', OPERATIONS_PORT: String(port) });
    operationsUrl = `http://127.0.0.1:${port}`;
  });
  afterAll(async () => await app.stop());

  it.each(['/metrics', '/_/metrics/docs', '/_/metrics/openapi.json'])('serves %s on this port alone', async (path) => {
    expect((await fetch(operationsUrl + path)).status).toBe(200);
    const response = await fetch(app.url + path);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      errors: [{ status: '404', title: 'Not Found', detail: 'the service serves this path on OPERATIONS_PORT' }],
    });
  });

  it.each(['/_/metrics/', '/_/metrics/reports/', '/_/metrics/dashboard/', '/unknown'])(
    'does not serve %s on this port',
    async (path) => {
      expect((await fetch(operationsUrl + path)).status).toBe(404);
    },
  );

  it.each(['/health/live', '/health/ready'])('serves %s on both ports', async (path) => {
    expect((await fetch(operationsUrl + path)).status).toBe(200);
    expect((await fetch(app.url + path)).status).toBe(200);
  });

  it('links no page to the documentation that its port does not serve', async () => {
    for (const path of ['/_/metrics/', '/_/metrics/dashboard/'])
      expect(await (await fetch(app.url + path)).text()).not.toContain('docs/"');
  });

  it('serves everything on one port by default', async () => {
    const other = await TestApp.start();
    for (const path of ['/metrics', '/_/metrics/docs', '/_/metrics/reports/'])
      expect((await fetch(other.url + path)).status).toBe(200);
    expect(await (await fetch(`${other.url}/_/metrics/`)).text()).toContain('docs/"');
    await other.stop();
  });
});
