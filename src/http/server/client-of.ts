import type { FastifyRequest } from 'fastify';
import { normalizeAddress } from '../../model/network-address.js';
import type { ApiKeys } from '../auth/api-keys.service.js';

/** What limits apply to: the API key of the request, or else the address that it comes from. */
export function clientOf(request: FastifyRequest, apiKeys: ApiKeys): string {
  const key = apiKeys.find(request);
  return key ? `key ${key.name}` : normalizeAddress(request.ip);
}
