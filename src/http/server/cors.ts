import type { FastifyCorsOptions } from '@fastify/cors';
import { SKIPPED_HEADER } from '../json-api/protocol.js';

const ONE_DAY_SECONDS = 86_400;

/** Allows the origins to send credentials. The port of an origin may be `*`. */
export function corsOptions(origins: readonly string[]): FastifyCorsOptions {
  return {
    origin: origins.map(toPattern),
    credentials: true,
    strictPreflight: false,
    methods: ['GET', 'POST', 'PUT'],
    exposedHeaders: ['Content-Disposition', SKIPPED_HEADER, 'Retry-After', 'X-Request-Id'],
    maxAge: ONE_DAY_SECONDS,
  };
}

function toPattern(origin: string): string | RegExp {
  if (!origin.endsWith(':*')) return origin;
  const host = origin.slice(0, -2).replaceAll('.', '\\.');
  return new RegExp(`^${host}(:\\d+)?$`);
}
