import { finished, Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Configuration } from '../../config/configuration.js';
import type { ApiKeys } from '../auth/api-keys.service.js';
import { ApiError } from '../json-api/api-error.js';
import { API_PREFIX, OSF_API_PREFIX } from '../json-api/protocol.js';
import { clientOf } from './client-of.js';

const READS = new RegExp(`^/(${API_PREFIX}|${OSF_API_PREFIX})/`);
const RETRY_AFTER_SECONDS = 1;

/**
 * Returns 429 to a client that has too many reads of the store running at once. A read runs until its response is complete,
 * also when the client disconnects before.
 */
export function limitConcurrentReads(
  fastify: FastifyInstance,
  { readsPerClient }: Configuration,
  apiKeys: ApiKeys,
): void {
  const runningOfClient = new Map<string, number>();
  const clientOfRequest = new WeakMap<FastifyRequest, string>();

  const begin = (request: FastifyRequest): void => {
    const client = clientOf(request, apiKeys);
    const running = runningOfClient.get(client) ?? 0;
    if (running >= readsPerClient) throw tooManyReads(readsPerClient);
    runningOfClient.set(client, running + 1);
    clientOfRequest.set(request, client);
  };
  const end = (request: FastifyRequest): void => {
    const client = clientOfRequest.get(request);
    if (client === undefined) return;
    clientOfRequest.delete(request);
    const running = (runningOfClient.get(client) ?? 0) - 1;
    if (running > 0) runningOfClient.set(client, running);
    else runningOfClient.delete(client);
  };

  fastify.addHook('onRoute', (route) => {
    if (route.method !== 'GET' || !READS.test(route.url)) return;
    route.preHandler = [
      ...[route.preHandler ?? []].flat(),
      (request, _reply, done) => {
        begin(request);
        done();
      },
    ];
    route.onSend = [
      ...[route.onSend ?? []].flat(),
      (request, _reply, payload: unknown, done) => {
        if (payload instanceof Readable) finished(payload, () => end(request));
        else end(request);
        done(null, payload);
      },
    ];
  });
}

function tooManyReads(limit: number): ApiError {
  const detail = `at most ${limit} requests of one client are answered at a time; try again later`;
  return new ApiError(429, 'Too Many Requests', { detail }, { 'Retry-After': String(RETRY_AFTER_SECONDS) });
}
