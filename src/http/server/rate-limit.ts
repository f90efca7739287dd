import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { Configuration } from '../../config/configuration.js';
import type { ApiKeys } from '../auth/api-keys.service.js';
import { ApiError } from '../json-api/api-error.js';

const MAX_TRACKED_CLIENTS = 20_000;
const UNLIMITED_PATH = /^\/(health|metrics)(\/|$)/;

/** Returns 429 with `Retry-After` above the rate limit of a client. Requests with an API key are not limited. */
export async function limitRate(
  fastify: FastifyInstance,
  configuration: Configuration,
  apiKeys: ApiKeys,
): Promise<void> {
  if (configuration.rateLimitPerMinute === 0) return;
  await fastify.register(rateLimit, {
    max: configuration.rateLimitPerMinute,
    timeWindow: '1 minute',
    cache: MAX_TRACKED_CLIENTS,
    allowList: (request) => UNLIMITED_PATH.test(request.url) || apiKeys.scopesOf(request) !== undefined,
    errorResponseBuilder: (_request, { max }) =>
      new ApiError(429, 'Too Many Requests', {
        detail: `at most ${max} requests per minute are allowed; try again later`,
      }),
  });
}
