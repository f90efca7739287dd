import type { FastifyRequest } from 'fastify';
import type { Configuration } from '../../config/configuration.js';

/** The URL under which users see the path: as configured, or else as the request names the service. */
export function publicUrl(configuration: Configuration, request: FastifyRequest, path: string): string {
  const base = configuration.publicUrl?.replace(/\/+$/, '') ?? `${request.protocol}://${request.host}`;
  return base + path;
}
