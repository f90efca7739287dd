import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type ApiKey, hashApiKey, type Scope } from '../../config/api-key.js';
import { Configuration } from '../../config/configuration.js';

type KnownKey = Pick<ApiKey, 'name' | 'scopes'>;

/** The configured API keys and their scopes. */
@Injectable()
export class ApiKeys {
  private readonly keyOfHash = new Map<string, KnownKey>();
  /** Limits, guards and logs ask for the key of the same request. */
  private readonly keyOfRequest = new WeakMap<FastifyRequest, KnownKey | null>();

  constructor(@Inject(Configuration) configuration: Configuration) {
    for (const key of configuration.apiKeys) this.keyOfHash.set(key.sha256, key);
  }

  /** Adds a key for the lifetime of this process. */
  add(name: string, key: string, scopes: Scope[]): void {
    this.keyOfHash.set(hashApiKey(key), { name, scopes });
  }

  /** The API key of the request; undefined without a bearer token or password, or when it is not an API key. */
  find(request: FastifyRequest): KnownKey | undefined {
    let key = this.keyOfRequest.get(request);
    if (key === undefined) {
      const token = readBearerToken(request) ?? readPassword(request);
      key = (token === undefined ? undefined : this.keyOfHash.get(hashApiKey(token))) ?? null;
      this.keyOfRequest.set(request, key);
    }
    return key ?? undefined;
  }

  /** Whether a key is configured for the scope. */
  isConfigured(scope: Scope): boolean {
    return [...this.keyOfHash.values()].some(({ scopes }) => scopes.includes(scope));
  }

  /** Whether a key, given as text, has the scope. The scope `admin` includes every other one. */
  isValid(key: string, scope: Scope): boolean {
    const { scopes = [] } = this.keyOfHash.get(hashApiKey(key)) ?? {};
    return scopes.includes(scope) || scopes.includes('admin');
  }

  /** Whether the key of the request has the scope. The scope `admin` includes every other one. */
  allows(request: FastifyRequest, scope: Scope): boolean {
    const { scopes = [] } = this.find(request) ?? {};
    return scopes.includes(scope) || scopes.includes('admin');
  }
}

function readBearerToken(request: FastifyRequest): string | undefined {
  return readCredentials(request, 'bearer');
}

/**
 * The password of HTTP Basic, by which a browser sends a key. Browsers send it with requests of other sites too, so it is
 * accepted only for requests that change nothing.
 */
function readPassword(request: FastifyRequest): string | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  const credentials = Buffer.from(readCredentials(request, 'basic') ?? '', 'base64').toString('utf8');
  const colon = credentials.indexOf(':');
  return colon < 0 ? undefined : credentials.slice(colon + 1) || undefined;
}

function readCredentials(request: FastifyRequest, wantedScheme: string): string | undefined {
  const [scheme, credentials] = (request.headers.authorization ?? '').split(' ');
  return scheme?.toLowerCase() === wantedScheme ? credentials || undefined : undefined;
}
