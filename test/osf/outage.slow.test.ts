import { Logger } from '@nestjs/common';
import { OsfSchemaCheck } from '../../src/osf/osf-schema-check.js';
import { TestOsfApi } from '../support/osf-api.js';
import type { Target } from '../support/osf-builder.js';
import { TestOsfDatabase } from '../support/osf-database.js';
import { postgresPath, PostgresServer } from '../support/postgres.js';
import { aPageview, send, stored } from '../support/send-usage.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

/** These tests kill the server, so they need one of their own. */
const describeWithPostgres = postgresPath === undefined ? describe.skip : describe;

describeWithPostgres("while the OSF's database is unavailable", () => {
  let server: PostgresServer;
  let osf: TestOsfDatabase;
  let api: TestOsfApi;
  let app: TestApp;
  let project: Target;

  beforeAll(async () => {
    server = await PostgresServer.start();
    osf = await TestOsfDatabase.start(server.url);
    project = await osf.node({ guid: 'proj1' });
    const ada = await osf.user({ guid: 'ada01' });
    await osf.contributor(project, ada);
    await osf.contributor(await osf.node({ guid: 'priv1', columns: { is_public: false } }), ada);
    api = await TestOsfApi.start();
    api.addUser('adas-token', 'ada01');
  });
  beforeEach(async () => {
    app = await startApp();
  });
  afterEach(async () => {
    await app.stop();
    await server.run();
  });
  afterAll(async () => {
    await api.stop();
    await osf.stop();
    await server.stop();
  });

  async function startApp(): Promise<TestApp> {
    const url = { OSF_DATABASE_URL: osf.url, OSF_API_URL: api.url };
    return await TestApp.start({ ...url, OSF_DATABASE_LOOKUP_MILLISECONDS: '1500' });
  }

  const asAda = { headers: { Authorization: 'Bearer adas-token' } };

  function aVisit(item_guid: string, visitor: string): object {
    return aPageview({ item_guid, client_session_id: visitor });
  }

  it('records usages of items that are not in the cache as private', async () => {
    await server.kill();
    expect(await send(app, aVisit('proj1', 'first'))).toBe(201);
    expect(await send(app, aVisit('proj1', 'second'), asAda)).toBe(201);
    expect(await stored(app)).toEqual([
      expect.objectContaining({ item_type: null, item_public: false, within_iris: ['https://osf.io/proj1'] }),
      expect.objectContaining({ item_type: null, item_public: false, user_is_authenticated: true }),
    ]);
  });

  it('uses expired data about items and contributors', async () => {
    expect(await send(app, aVisit('proj1', 'first'))).toBe(201);
    expect(await send(app, aVisit('proj1', 'second'), asAda)).toBe(204);
    await server.kill();
    app.clock.advance(300);
    expect(await send(app, aVisit('proj1', 'third'))).toBe(201);
    expect(await send(app, aVisit('proj1', 'fourth'), asAda)).toBe(204);
    expect(await stored(app)).toMatchObject([{ item_type: 'Project' }, { item_type: 'Project', item_public: true }]);
  });

  it('returns 503, not 404, for the analytics of an item', async () => {
    await server.kill();
    for (const path of ['query/node_analytics/proj1/week/', 'query/item_usage/proj1/']) {
      const response = await app.request(path);
      expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '5']);
    }
    expect((await app.request('items/proj1', { key: ADMIN_KEY })).status).toBe(503);
  });

  it('returns 503, not 403, when permissions cannot be read', async () => {
    expect((await app.request('query/node_analytics/priv1/week/')).status).toBe(401);
    await server.kill();
    expect((await app.request('query/node_analytics/priv1/week/', asAda)).status).toBe(503);
  });

  it('counts failures in its metrics, and stays ready', async () => {
    await server.kill();
    for (const visitor of ['first', 'second', 'third']) await send(app, aVisit('proj1', visitor));
    expect(await lookups('failed')).toBe(1);
    expect(await lookups('not_asked')).toBe(2);
    expect((await app.request('/health/ready')).status).toBe(200);
  });

  it('finds items again as soon as the database is back', async () => {
    await server.kill();
    await send(app, aVisit('proj1', 'first'));
    await server.run();
    app.clock.advance(1);
    await send(app, aVisit('proj1', 'second'));
    expect(await stored(app)).toMatchObject([{ item_public: false }, { item_public: true, item_type: 'Project' }]);
  });

  it('doubles the pause after each failure, up to 30 seconds', async () => {
    await server.kill();
    const pauses = [];
    for (let failures = 1; failures <= 7; failures++) {
      let seconds = 0;
      while ((await lookups('failed')) < failures) {
        await app.request('items/proj1', { key: ADMIN_KEY });
        if ((await lookups('failed')) < failures) app.clock.advance((seconds += 1) && 1);
      }
      pauses.push(seconds);
    }
    expect(pauses).toEqual([0, 1, 2, 4, 8, 16, 30]);
  });

  it('starts and records, and finds items when the database becomes available', async () => {
    await server.kill();
    const another = await startApp();
    expect(await send(another, aVisit('proj1', 'first'))).toBe(201);
    await server.run();
    another.clock.advance(1);
    expect(await send(another, aVisit('proj1', 'second'))).toBe(201);
    expect(await stored(another)).toMatchObject([{ item_public: false }, { item_public: true }]);
    await another.stop();
  });

  it('logs missing columns once the database is available, if the service started without it', async () => {
    await server.kill();
    const another = await startApp();
    await server.run();
    await osf.query('ALTER TABLE osf_guid RENAME COLUMN object_id TO object_pk');
    const logError = jest.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    await another.nest.get(OsfSchemaCheck).retry();
    await another.nest.get(OsfSchemaCheck).retry();
    expect(logError.mock.calls).toEqual([['osf_guid.object_id is missing']]);
    expect(await send(another, aVisit('proj1', 'first'))).toBe(201);
    jest.restoreAllMocks();
    await osf.query('ALTER TABLE osf_guid RENAME COLUMN object_pk TO object_id');
    await another.stop();
  });

  it('does not delay usages when the database is slow', async () => {
    await osf.query('BEGIN; LOCK TABLE osf_guid IN ACCESS EXCLUSIVE MODE');
    const sending = Array.from({ length: 200 }, (_, index) => send(app, aVisit('proj1', `visitor ${index}`)));
    expect(new Set(await Promise.all(sending))).toEqual(new Set([201]));
    const later = Array.from({ length: 50 }, (_, index) => send(app, aVisit(`item${index}`, 'a visitor')));
    expect(new Set(await Promise.all(later))).toEqual(new Set([201]));
    expect(await lookups('failed')).toBe(1);
    await osf.query('ROLLBACK');
  });

  async function lookups(outcome: string): Promise<number> {
    const metrics = await (await app.request('/metrics')).text();
    const name = `osf_metrics_osf_lookups_total\\{source="database",outcome="${outcome}"\\}`;
    return Number(new RegExp(`${name} (\\d+)`).exec(metrics)?.[1] ?? 0);
  }
});
