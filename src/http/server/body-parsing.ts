import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError, badRequestBody } from '../json-api/api-error.js';
import { parseJson } from '../json-api/parse-json.js';
import { JSON_API, NDJSON } from '../json-api/protocol.js';

export const BODY_LIMIT_BYTES = 64 * 1024;
const BATCH_BODY_LIMIT_BYTES = 16 * 1024 * 1024;
/** A charset that this service reads. ASCII is a subset of UTF-8. */
const READABLE_CHARSET = /^(utf-?8|us-ascii)$/i;

/**
 * Parses JSON bodies, and passes NDJSON on to batch routes as bytes. Other media types, charsets and content codings return
 * 415.
 */
export function parseBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>(
    ['application/json', JSON_API],
    { parseAs: 'buffer' },
    (_request, body, done) => {
      const json = parseJson(body, '');
      if ('problems' in json) done(badRequestBody(json.problems));
      else done(null, json.value);
    },
  );
  fastify.addContentTypeParser<Buffer>(NDJSON, { parseAs: 'buffer' }, (request, body, done) => {
    if (isBatchRoute(request.routeOptions.url)) done(null, body);
    else done(unsupportedMediaType());
  });
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(unsupportedMediaType()));
  fastify.addHook('onRoute', (route) => {
    if (isBatchRoute(route.url)) route.bodyLimit = BATCH_BODY_LIMIT_BYTES;
  });
  fastify.addHook('preParsing', (request, _reply, payload, done) => done(findUnreadableEncoding(request), payload));
}

function isBatchRoute(url: string | undefined): boolean {
  return url?.endsWith('/batch') ?? false;
}

function findUnreadableEncoding({ headers }: FastifyRequest): ApiError | null {
  const coding = headers['content-encoding'] ?? 'identity';
  if (coding.toLowerCase() !== 'identity') {
    const detail = `the content coding ${coding} is not supported: send the body without one`;
    const problem = { detail, source: { header: 'Content-Encoding' } };
    return new ApiError(415, 'Unsupported Media Type', problem, { 'Accept-Encoding': 'identity' });
  }
  const charset = /;\s*charset="?([^";]*)/i.exec(headers['content-type'] ?? '')?.[1]?.trim() ?? 'utf-8';
  if (READABLE_CHARSET.test(charset)) return null;
  const detail = `the charset ${charset} is not supported: send UTF-8`;
  return new ApiError(415, 'Unsupported Media Type', { detail, source: { header: 'Content-Type' } });
}

function unsupportedMediaType(): ApiError {
  const detail = `send ${JSON_API}, application/json or, in a batch, ${NDJSON}`;
  return new ApiError(415, 'Unsupported Media Type', { detail, source: { header: 'Content-Type' } });
}
