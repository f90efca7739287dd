import type { FastifyInstance } from 'fastify';
import { ApiError, badRequestBody } from '../json-api/api-error.js';
import { parseJson } from '../json-api/parse-json.js';
import { JSON_API, NDJSON } from '../json-api/protocol.js';

export const BODY_LIMIT_BYTES = 64 * 1024;
const BATCH_BODY_LIMIT_BYTES = 16 * 1024 * 1024;

/** Parses JSON bodies, and passes NDJSON on to batch routes as text. Other media types return 415. */
export function parseBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<string>(
    ['application/json', JSON_API],
    { parseAs: 'string' },
    (_request, body, done) => {
      const json = parseJson(body, '');
      if ('problems' in json) done(badRequestBody(json.problems));
      else done(null, json.value);
    },
  );
  fastify.addContentTypeParser<string>(NDJSON, { parseAs: 'string' }, (request, body, done) => {
    if (isBatchRoute(request.routeOptions.url)) done(null, body);
    else done(unsupportedMediaType());
  });
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(unsupportedMediaType()));
  fastify.addHook('onRoute', (route) => {
    if (isBatchRoute(route.url)) route.bodyLimit = BATCH_BODY_LIMIT_BYTES;
  });
}

function isBatchRoute(url: string | undefined): boolean {
  return url?.endsWith('/batch') ?? false;
}

function unsupportedMediaType(): ApiError {
  const detail = `send ${JSON_API}, application/json or, in a batch, ${NDJSON}`;
  return new ApiError(415, 'Unsupported Media Type', { detail, source: { header: 'Content-Type' } });
}
