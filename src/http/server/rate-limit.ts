import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Configuration } from '../../config/configuration.js';
import type { ApiKeys } from '../auth/api-keys.service.js';
import { ApiError } from '../json-api/api-error.js';
import { clientOf } from './client-of.js';

const MAX_TRACKED_CLIENTS = 20_000;
const UNLIMITED_PATH = /^\/(health|metrics)(\/|$)/;

/** Returns 429 with `Retry-After` above the rate limit of a client or of an API key. */
export async function limitRate(
  fastify: FastifyInstance,
  configuration: Configuration,
  apiKeys: ApiKeys,
): Promise<void> {
  const { rateLimitPerMinute, apiKeyRateLimitPerMinute } = configuration;
  const limitOf = (request: FastifyRequest): number =>
    apiKeys.find(request) ? apiKeyRateLimitPerMinute : rateLimitPerMinute;
  await fastify.register(rateLimit, {
    max: limitOf,
    keyGenerator: (request) => clientOf(request, apiKeys),
    timeWindow: '1 minute',
    cache: MAX_TRACKED_CLIENTS,
    allowList: (request) => UNLIMITED_PATH.test(request.url) || limitOf(request) === 0,
    errorResponseBuilder: (_request, { max }) =>
      new ApiError(429, 'Too Many Requests', {
        detail: `at most ${max} requests per minute are allowed; try again later`,
      }),
  });
  const limitUnknownRoute = fastify.rateLimit();
  fastify.addHook('onRequest', async (request, reply) => {
    if (request.is404) await limitUnknownRoute.call(fastify, request, reply);
  });
}
