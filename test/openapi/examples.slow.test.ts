import { type OpenApi, type Operation, type Parameter } from '../support/open-api.js';
import { run } from '../support/reporter-runs.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

/** They create what the examples of other operations read. */
const FIRST = ['registerItem', 'recordUsage', 'saveReports'];

interface Request {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

describe('the examples of the OpenAPI document', () => {
  it('return a documented success', async () => {
    const app = await TestApp.start();
    // COUNTER reports list no months before the monthly reporters have run.
    for (const reporter of ['counter_item_usage', 'counter_platform_usage']) await run(app, reporter, '2026-10');
    for (const { id, method, path, operation } of requestsOf(await app.json<OpenApi>('openapi.json'))) {
      const successes = Object.keys(operation.responses).filter((status) => status.startsWith('2'));
      const url = new URL(urlOf(path, operation.parameters ?? []), app.url).href;
      for (const { mediaType, body } of bodiesOf(operation)) {
        const response = await app.request(url, {
          method,
          ...(operation.security?.length === 0 ? {} : { key: ADMIN_KEY }),
          ...(body === undefined ? {} : { body, headers: { 'Content-Type': mediaType } }),
        });
        const outcome = [id, String(response.status), await response.text()] as const;
        expect(outcome).toEqual([
          id,
          expect.stringMatching(`^(${successes.join('|')})$`),
          expect.not.stringMatching('"status":"rejected"'),
        ]);
      }
    }
    await app.stop();
  });
});

function requestsOf({ paths }: OpenApi): Request[] {
  const requests = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      id: operation.operationId ?? '',
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
  const isFirst = ({ id }: Request): boolean => FIRST.includes(id);
  return [...requests.filter(isFirst), ...requests.filter((request) => !isFirst(request))];
}

function urlOf(path: string, parameters: readonly Parameter[]): string {
  const required = parameters.filter((each) => each.required);
  const values = new Map(required.map(({ name, schema }) => [name, String(schema.example)]));
  const query = required
    .filter((each) => each.in === 'query')
    .map(({ name }): [string, string] => [name, values.get(name) ?? '']);
  return `${path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => values.get(name) ?? '')}?${new URLSearchParams(query).toString()}`;
}

/** Every example in every media type, or no body. */
function bodiesOf({ requestBody }: Operation): { mediaType: string; body?: object }[] {
  if (!requestBody) return [{ mediaType: '' }];
  return Object.entries(requestBody.content).flatMap(([mediaType, { examples = {} }]) =>
    Object.values(examples).map(({ value }) => ({ mediaType, body: value })),
  );
}
