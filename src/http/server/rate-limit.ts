import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { Configuration } from '../../config/configuration.js';
import type { ApiKeys } from '../auth/api-keys.service.js';
import { ApiError } from '../json-api/api-error.js';

const CLIENTS_REMEMBERED = 20_000;
const UNLIMITED_PATH = /^\/(health|metrics)(\/|$)/;

/** Bounds what one client may send in a minute: 429 with `Retry-After` above it. Clients with a key of ours are not bounded. */
export async function limitRate(
  fastify: FastifyInstance,
  configuration: Configuration,
  apiKeys: ApiKeys,
): Promise<void> {
  if (configuration.rateLimitPerMinute === 0) return;
  await fastify.register(rateLimit, {
    max: configuration.rateLimitPerMinute,
    timeWindow: '1 minute',
    cache: CLIENTS_REMEMBERED,
    allowList: (request) => UNLIMITED_PATH.test(request.url) || apiKeys.scopesOf(request) !== undefined,
    errorResponseBuilder: (_request, { max }) =>
      new ApiError(429, 'Too Many Requests', { detail: `at most ${max} requests a minute; wait, then try again` }),
  });
}
