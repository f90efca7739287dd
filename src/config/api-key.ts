import { createHash } from 'node:crypto';
import { IsIn, Matches } from 'class-validator';

/**
 * What an API key allows. `usage:write`: trusted clients record usages and register items, but read none. `items:read`:
 * reads items, including private ones. `reports:read-private`: reads reports that are not public. `counter:read`: uses the COUNTER
 * API. `admin`: everything.
 */
export const SCOPES = ['usage:write', 'items:read', 'reports:read-private', 'counter:read', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** An entry of `METRICS_API_KEYS`: `<name>=<scope>+<scope>=<SHA-256 of the key, hexadecimal>`. */
export class ApiKey {
  @Matches(/^[\w.-]+$/, { message: 'the name of a key must be letters, digits, dots, underscores and dashes' })
  name: string;

  @IsIn(SCOPES, { each: true, message: `a scope must be one of ${SCOPES.join(', ')}` })
  scopes: Scope[];

  @Matches(/^[0-9a-f]{64}$/, { message: 'the hash of a key must be its SHA-256, 64 hexadecimal digits' })
  sha256: string;
}

export function parseApiKey(text: string): ApiKey {
  const [name = '', scopes = '', sha256 = ''] = text.split('=');
  return Object.assign(new ApiKey(), { name, scopes: scopes.split('+'), sha256 });
}

export function formatApiKey({ name, scopes, sha256 }: ApiKey): string {
  return `${name}=${scopes.join('+')}=${sha256}`;
}

/** An unsalted hash is enough: keys are long and random, so it cannot be reversed. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
