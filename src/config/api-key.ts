import { createHash } from 'node:crypto';
import { IsIn, Matches } from 'class-validator';

/** What a key allows: sending usages as a trusted client, reading reports that are not public, everything. */
export const SCOPES = ['usage:write', 'reports:read-private', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** A key as the configuration holds it: `<name>=<scope>+<scope>=<SHA-256 of the key, hexadecimal>`. */
export class ApiKey {
  @Matches(/^[\w.-]+$/, { message: 'a key needs a name of letters, digits, dots and dashes' })
  name: string;

  @IsIn(SCOPES, { each: true, message: `a scope is one of ${SCOPES.join(', ')}` })
  scopes: Scope[];

  @Matches(/^[0-9a-f]{64}$/, { message: 'a key is given by its SHA-256, 64 hexadecimal digits' })
  sha256: string;
}

export function readApiKey(text: string): ApiKey {
  const [name = '', scopes = '', sha256 = ''] = text.split('=');
  return Object.assign(new ApiKey(), { name, scopes: scopes.split('+'), sha256 });
}

export function formatApiKey({ name, scopes, sha256 }: ApiKey): string {
  return `${name}=${scopes.join('+')}=${sha256}`;
}

/** Keys are long and random, so that a plain hash of one cannot be undone. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
