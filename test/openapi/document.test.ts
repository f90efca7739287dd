import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
import { reportTypeOf } from '../../src/model/report-type.js';
import { VIEWABLE_REPORTS } from '../../src/reports/report-types.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { type OpenApi, operationsOf } from '../support/open-api.js';
import { SAMPLES } from '../support/report-samples.js';
import { record } from '../support/reporter-runs.js';
import { register } from '../support/send-usage.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

describe('the OpenAPI document', () => {
  let app: TestApp;
  let document: OpenApi;

  beforeAll(async () => {
    app = await TestApp.start();
    document = await app.json<OpenApi>('openapi.json');
  });

  afterAll(async () => await app.stop());

  it('is valid OpenAPI 3.1 according to an independent validator', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect(await new Validator().validate({ ...document })).toEqual({ valid: true });
    expect(JSON.stringify(document)).not.toContain('"nullable"');
  });

  it('names the license and may be cached for an hour', async () => {
    expect(document.info.license.name).toBe('Apache-2.0');
    const response = await app.request('openapi.json/');
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=3600');
    expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
  });

  it('contains exactly the routes of the service', () => {
    const routes = routesOf(app.nest.getHttpAdapter().getInstance());
    const others = ['/', '/_/metrics/openapi.json', ...routes.filter((route) => route.startsWith('/_/metrics/docs'))];
    const paths = Object.keys(document.paths).map((path) => path.replaceAll(/\{(\w+)\}/g, ':$1'));
    expect(paths.sort()).toEqual(routes.filter((route) => !others.includes(route)).sort());
  });

  it('contains every method of each route; other methods return 405', async () => {
    for (const [path, item] of Object.entries(document.paths)) {
      const methods = Object.keys(item).map((method) => method.toUpperCase());
      const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].sort().join(', ');
      const url = new URL(path.replaceAll(/\{\w+\}/g, 'x'), app.url).href;
      const response = await app.request(url, { method: 'PATCH', body: 'no JSON' });
      expect([path, response.status, response.headers.get('Allow')]).toEqual([path, 405, allowed]);
    }
  });

  it('has a summary and known tags for every operation', () => {
    const headings = document.tags.map(({ name }) => name);
    for (const [route, { summary, tags = [] }] of operationsOf(document)) {
      expect([route, summary]).toEqual([route, expect.stringMatching(/^[A-Z].*[^.]$/)]);
      expect(headings).toEqual(expect.arrayContaining([...tags]));
    }
  });

  it('has a schema for every response with a body', () => {
    const withoutContent = ['201', '204', '302', '304'];
    for (const [route, { responses }] of operationsOf(document)) {
      for (const [status, { content }] of Object.entries(responses)) {
        if (withoutContent.includes(status)) continue;
        const schemas = Object.values(content ?? {}).filter(({ schema }) => Object.keys(schema).length > 0);
        expect([route, status, schemas.length]).not.toEqual([route, status, 0]);
      }
    }
  });

  it('documents 401, 403, 429 and 503 where they apply, and never 500', () => {
    for (const [route, { responses, security }] of operationsOf(document)) {
      expect([route, Object.keys(responses)]).not.toEqual([route, expect.arrayContaining(['500'])]);
      if (security?.length === 1) {
        expect([route, Object.keys(responses)]).toEqual([route, expect.arrayContaining(['401', '403'])]);
      }
      if (!route.includes('/_/metrics/')) continue;
      for (const status of ['429', '503']) expect(responses[status]?.headers).toHaveProperty('Retry-After');
    }
  });

  it.each(VIEWABLE_REPORTS.map((reportClass) => [reportClass.name, reportTypeOf(reportClass)] as const))(
    'has a schema for %s with its cycle and timestamp',
    (name, { cycleField, description }) => {
      const schema = document.components.schemas[name];
      expect(schema?.required).toEqual(expect.arrayContaining([cycleField, 'timestamp']));
      expect(JSON.stringify(document.paths['/_/metrics/reports/{id}/recent'])).toContain(description);
    },
  );

  describe('matches the responses of the service', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);

    beforeAll(async () => {
      ajv.addSchema(document, 'openapi');
      await register(app, 'abc12', { title: 'An item', publication_date: '2026-01-01', authors: [{ name: 'Ada' }] });
      await record(app, [
        { at: '2026-11-24T01:00:00Z', page: { page_url: 'https://osf.io/abc12', referer_url: 'https://example.org' } },
      ]);
      await app.nest.get(MetricsRepository).saveReports(SAMPLES);
    });

    const publicIds = VIEWABLE_REPORTS.map((reportClass) => reportTypeOf(reportClass).id);

    it.each([
      ['/_/metrics/reports', 'reports'],
      ...publicIds.map((id) => ['/_/metrics/reports/{id}/recent', `reports/${id}/recent?days_back=100`]),
      ...publicIds.map((id) => ['/_/metrics/reports/{id}', `reports/${id}`]),
      ['/_/metrics/institutions/{id}/summary', 'institutions/uni/summary'],
      ['/_/metrics/institutions/{id}/users', 'institutions/uni/users'],
      ['/_/metrics/institutions/{id}/departments', 'institutions/uni/departments'],
      ['/_/metrics/query/node_analytics/{guid}/{timespan}', 'query/node_analytics/abc12/week'],
      ['/_/metrics/query/user_visits', 'query/user_visits'],
      ['/_/metrics/query/unique_user_visits', 'query/unique_user_visits'],
      ['/_/metrics/query/item_usage/{guid}', 'query/item_usage/abc12'],
      ['/_/metrics/query/item_usage/{guid}', 'query/item_usage/abc12?period=total'],
      ['/_/metrics/items', 'items'],
      ['/_/metrics/items/{guid}', 'items/abc12'],
      ['/_/metrics/reporters', 'reporters'],
      ['/_/metrics/reporters/runs', 'reporters/runs'],
    ])('%s at %s', async (path, url) => {
      const response = await app.request(url, { key: ADMIN_KEY });
      const [mediaType = ''] = (response.headers.get('Content-Type') ?? '').split(';');
      expect(document.paths[path]?.['get']?.responses['200']?.content).toHaveProperty([mediaType]);
      expectToMatch(await response.json(), path, 200, mediaType);
    });

    it.each([
      ['/_/metrics/reports/{id}', 'reports/nothing', 404],
      ['/_/metrics/query/item_usage/{guid}', 'query/item_usage/abc12?period=x', 400],
    ])('%s at %s', async (path, url, status) => {
      const response = await app.request(url);
      expect(response.status).toBe(status);
      expectToMatch(await response.json(), path, status, 'application/vnd.api+json');
    });

    it('does not match a response with a wrong type', async () => {
      const { data } = await app.json<{ data: [{ attributes: { daily_file_downloads: unknown } }] }>(
        'reports/download_count',
      );
      data[0].attributes.daily_file_downloads = 'many';
      expect(errorsOf({ data }, '/_/metrics/reports/{id}', 200, 'application/vnd.api+json')).not.toEqual([]);
    });

    function expectToMatch(body: unknown, path: string, status: number, mediaType: string): void {
      expect(errorsOf(body, path, status, mediaType)).toEqual([]);
    }

    function errorsOf(body: unknown, path: string, status: number, mediaType: string): readonly object[] {
      const place = ['paths', path, 'get', 'responses', String(status), 'content', mediaType, 'schema'];
      const pointer = place.map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1')));
      ajv.validate({ $ref: `openapi#/${pointer.join('/')}` }, body);
      return ajv.errors ?? [];
    }
  });
});

describe('the OpenAPI document with PUBLIC_URL', () => {
  it('names this URL as its server', async () => {
    const app = await TestApp.start({ PUBLIC_URL: 'https://metrics.example.org' });
    const { servers } = await app.json<OpenApi>('openapi.json');
    expect(servers).toEqual([{ url: 'https://metrics.example.org' }]);
    await app.stop();
  });
});

/** The paths of the router, without wildcard routes. */
function routesOf(fastify: FastifyInstance): string[] {
  const parents: string[] = [];
  return fastify
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const match = /^(?<indent>[│ ]*)[├└]── (?<part>\S+) \(/.exec(line);
      if (!match?.groups) return [];
      const { indent = '', part = '' } = match.groups;
      parents.length = indent.length / 4;
      parents.push(part);
      const path = parents.join('');
      return path.includes('*') ? [] : [path];
    });
}
