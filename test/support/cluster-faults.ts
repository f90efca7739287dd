import type { Exchange, Script } from './scripted-proxy.js';

/** A text of the cluster that must not reach a client. */
export const CLUSTER_TEXT = 'api key [VuaCfGcBCdbkQm-e5aOx] of the cluster';

/** What an answer of the cluster, or of a proxy in front of it, makes impossible. */
export interface ClusterFault {
  readonly name: string;
  readonly script: Script;
  /** `everything` when no request is answered. */
  readonly prevents: 'everything' | 'writes' | 'reads';
}

const HTML = `<html><title>Sign in</title>${CLUSTER_TEXT}</html>`;
const FROM_CLUSTER = {
  'content-type': 'application/vnd.elasticsearch+json;compatible-with=8',
  'x-elastic-product': 'Elasticsearch',
};
const FROM_PROXY = { 'content-type': 'text/html' };

/** Answers all requests with the same response. */
function respond(status: number, body: string, headers: Record<string, string>): Script {
  return ({ response }) => {
    response.writeHead(status, headers).end(body);
    return true;
  };
}

const errorBody = (status: number, type: string): string =>
  JSON.stringify({ error: { root_cause: [], type, reason: CLUSTER_TEXT }, status });

const clusterError = (status: number, type: string): ClusterFault =>
  everything(`${status} ${type}`, respond(status, errorBody(status, type), FROM_CLUSTER));
const proxyError = (status: number, headers: Record<string, string> = {}): ClusterFault =>
  everything(`${status} of a proxy`, respond(status, HTML, { ...FROM_PROXY, ...headers }));
const clusterBody = (name: string, body: string): ClusterFault =>
  everything(`200 with ${name}`, respond(200, body, FROM_CLUSTER));

function everything(name: string, script: Script): ClusterFault {
  return { name, script, prevents: 'everything' };
}

/** The cluster performs all requests, but its answers are lost. */
function losingAnswers(name: string, answer: (exchange: Exchange, body: string) => void): ClusterFault {
  return everything(`${name} after the request was performed`, async (exchange) => {
    const { body } = await exchange.forward();
    answer(exchange, body);
    return true;
  });
}

/** The operations of a `_bulk` request: name, and source if the operation has one. */
function bulkOperations(body: string): { name: string; id: string; source: string }[] {
  const lines = body.split('\n').filter((line) => line !== '');
  const operations: { name: string; id: string; source: string }[] = [];
  while (lines.length > 0) {
    const [[name, { _id: id }]] = Object.entries(JSON.parse(lines.shift() ?? '') as object) as [
      [string, { _id: string }],
    ];
    operations.push({ name, id, source: name === 'delete' ? '' : (lines.shift() ?? '') });
  }
  return operations;
}

const isBulk = ({ path }: Exchange): boolean => path.startsWith('/_bulk');
const isSearch = ({ path }: Exchange): boolean => /\/_search(\?|$)/.test(path);

function bulkResponse(items: readonly object[]): string {
  return JSON.stringify({ took: 1, errors: true, items });
}

/** Every operation of a `_bulk` request fails. */
function bulkItems(status: number, type: string): ClusterFault {
  return {
    name: `${status} ${type} of each document`,
    prevents: 'writes',
    script: (exchange) => {
      if (!isBulk(exchange)) return false;
      const error = { type, reason: CLUSTER_TEXT };
      const items = bulkOperations(exchange.body).map(({ name, id }) => ({ [name]: { _id: id, status, error } }));
      return respond(200, bulkResponse(items), FROM_CLUSTER)(exchange);
    },
  };
}

function bulkBody(name: string, body: string): ClusterFault {
  const script: Script = (exchange) => isBulk(exchange) && respond(200, body, FROM_CLUSTER)(exchange);
  return { name: `a _bulk response with ${name}`, prevents: 'writes', script };
}

/** Searches are answered with this change of the cluster's answer. */
function searchBody(name: string, change: object): ClusterFault {
  return {
    name: `a search response with ${name}`,
    prevents: 'reads',
    script: async (exchange) => {
      if (!isSearch(exchange)) return false;
      const { body } = await exchange.forward();
      const changed = JSON.stringify({ ...(JSON.parse(body) as object), ...change });
      return await respond(200, changed, FROM_CLUSTER)(exchange);
    },
  };
}

export const CLUSTER_FAULTS: readonly ClusterFault[] = [
  clusterError(401, 'security_exception'),
  clusterError(403, 'security_exception'),
  clusterError(403, 'cluster_block_exception'),
  clusterError(400, 'validation_exception'),
  clusterError(400, 'illegal_argument_exception'),
  clusterError(400, 'document_parsing_exception'),
  clusterError(404, 'index_not_found_exception'),
  clusterError(409, 'version_conflict_engine_exception'),
  clusterError(413, 'content_too_long_exception'),
  clusterError(429, 'circuit_breaking_exception'),
  clusterError(500, 'illegal_state_exception'),
  clusterError(503, 'master_not_discovered_exception'),
  ...[400, 401, 403, 404, 405, 407, 408, 410, 413, 500, 502, 504, 520].map((status) => proxyError(status)),
  proxyError(302, { location: 'https://login.example.org/' }),
  proxyError(307, { location: '/elsewhere' }),
  everything('404 with an empty object', respond(404, '{}', FROM_CLUSTER)),
  everything('200 with a page of a proxy', respond(200, HTML, FROM_PROXY)),
  everything('200 with an empty object of a proxy', respond(200, '{}', { 'content-type': 'application/json' })),
  everything('204', respond(204, '', FROM_CLUSTER)),
  clusterBody('an empty body', ''),
  clusterBody('an empty object', '{}'),
  clusterBody('an empty list', '[]'),
  clusterBody('null', 'null'),
  clusterBody('a page', HTML),
  clusterBody('an error', errorBody(401, 'security_exception')),
  clusterBody('half of a JSON document', '{"took":1,"errors":false,"items":[{"create":{"_id"'),
  everything('a reset connection', ({ response }) => Boolean(response.socket?.resetAndDestroy())),
  everything('something other than HTTP', ({ response }) => Boolean(response.socket?.end(CLUSTER_TEXT))),
  everything('no answer in time', () => true),
  losingAnswers('a reset connection', ({ response }) => response.socket?.resetAndDestroy()),
  losingAnswers('502 of a proxy', (exchange) => void respond(502, HTML, FROM_PROXY)(exchange)),
  losingAnswers('200 with an empty object', (exchange) => void respond(200, '{}', FROM_CLUSTER)(exchange)),
  losingAnswers('half of the answer', ({ response }, body) => {
    response.writeHead(200, { ...FROM_CLUSTER, 'content-length': Buffer.byteLength(body) });
    response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
  }),
  bulkItems(400, 'validation_exception'),
  bulkItems(400, 'illegal_argument_exception'),
  bulkItems(400, 'strict_dynamic_mapping_exception'),
  bulkItems(400, 'an_exception_of_a_later_version'),
  bulkItems(403, 'security_exception'),
  bulkItems(403, 'cluster_block_exception'),
  bulkItems(404, 'index_not_found_exception'),
  bulkItems(429, 'es_rejected_execution_exception'),
  bulkItems(500, 'exception'),
  bulkBody('no items', bulkResponse([])),
  bulkBody('items without a status', bulkResponse([{ create: {} }, { create: {} }, { create: {} }])),
  searchBody('failed shards', { _shards: { total: 2, successful: 1, skipped: 0, failed: 1 } }),
  searchBody('results of a part of the time', { timed_out: true }),
  searchBody('no hits', { hits: undefined }),
];

/** The cluster accepts no more shards. */
export const refuseNewIndexes: Script = (exchange) =>
  exchange.method === 'PUT' &&
  /^\/[^_/?]+(\?|$)/.test(exchange.path) &&
  respond(400, errorBody(400, 'validation_exception'), FROM_CLUSTER)(exchange);

/** The cluster calls documents wrong that contain a text. */
export const refuseDocumentsWith =
  (text: string): Script =>
  async (exchange) => {
    if (!isBulk(exchange) || !exchange.body.includes(text)) return false;
    const operations = bulkOperations(exchange.body);
    const lines = exchange.body.split('\n');
    const kept = operations.flatMap(({ id, source }) => {
      if (source.includes(text)) return [];
      const header = lines.find((line) => line.includes(`"_id":"${id}"`)) ?? '';
      return source === '' ? [header] : [header, source];
    });
    const stored = kept.length === 0 ? [] : await storeKept(exchange, kept);
    const error = { type: 'document_parsing_exception', reason: CLUSTER_TEXT };
    const items = operations.map(({ name, id, source }) =>
      source.includes(text) ? { [name]: { _id: id, status: 400, error } } : stored.shift(),
    );
    return await respond(200, bulkResponse(items as object[]), FROM_CLUSTER)(exchange);
  };

async function storeKept(exchange: Exchange, lines: readonly string[]): Promise<object[]> {
  const { body } = await exchange.forward(`${lines.join('\n')}\n`);
  return (JSON.parse(body) as { items: object[] }).items;
}
