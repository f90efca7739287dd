import { lintFromString, loadConfig } from '@redocly/openapi-core';
import { type OpenApi, operationsOf } from '../support/open-api.js';
import { TestApp } from '../support/test-app.js';

describe('the OpenAPI document, for generated clients', () => {
  let app: TestApp;
  let document: OpenApi;

  beforeAll(async () => {
    app = await TestApp.start();
    document = await app.json<OpenApi>('openapi.json');
  });

  afterAll(async () => await app.stop());

  it('passes `redocly lint` without a warning', async () => {
    const config = await loadConfig({ configPath: 'redocly.yaml' });
    const problems = await lintFromString({
      source: JSON.stringify(document),
      absoluteRef: `${app.url}/_/metrics/openapi.json`,
      config,
    });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
  });

  it('has a unique operation ID for every operation: a verb and a noun', () => {
    const ids = operationsOf(document).map(([, { operationId }]) => operationId);
    expect(ids).toEqual(ids.map((): unknown => expect.stringMatching(/^[a-z]+([A-Z][a-z]+|50)+$/)));
    expect(ids).toEqual([...new Set(ids)]);
  });

  it('says of every operation which credentials it needs or accepts, if any', () => {
    const required = [{ bearer: [] }];
    const optional = [{}, { bearer: [] }];
    for (const [route, { security }] of operationsOf(document)) {
      expect([[], required, optional].map((each) => [route, each])).toContainEqual([route, security]);
    }
    expect(document.paths['/_/metrics/events/counted_usage']?.['post']?.security).toEqual([]);
    expect(document.paths['/_/metrics/events/counted_usage/batch']?.['post']?.security).toEqual(required);
    expect(document.paths['/_/metrics/query/item_usage/{guid}']?.['get']?.security).toEqual(optional);
  });

  it('has an example for every request body and every required parameter, and for no optional one', () => {
    for (const [route, { parameters = [], requestBody }] of operationsOf(document)) {
      for (const { name, required = false, schema } of parameters) {
        if (schema.type === 'object') expect([route, name, schema.example]).toEqual([route, name, {}]);
        else expect([route, name, schema.example !== undefined]).toEqual([route, name, required]);
      }
      for (const { examples = {} } of Object.values(requestBody?.content ?? {})) {
        expect([route, Object.keys(examples)]).toEqual([route, expect.arrayContaining(['document'])]);
      }
    }
  });

  it('names the root of its host as the server, without PUBLIC_URL', () => {
    expect(document.servers).toEqual([{ url: '/' }]);
  });
});
