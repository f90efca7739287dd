import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { hashApiKey, type Scope } from '../../config/api-key.js';
import { Configuration } from '../../config/configuration.js';

/** The configured API keys and their scopes. */
@Injectable()
export class ApiKeys {
  private readonly scopesOfHash = new Map<string, readonly Scope[]>();

  constructor(@Inject(Configuration) configuration: Configuration) {
    for (const { sha256, scopes } of configuration.apiKeys) this.scopesOfHash.set(sha256, scopes);
  }

  /** Adds a key for the lifetime of this process. */
  add(key: string, scopes: readonly Scope[]): void {
    this.scopesOfHash.set(hashApiKey(key), scopes);
  }

  /** The scopes of the request's bearer token; undefined without a token, or when the token is not an API key. */
  scopesOf(request: FastifyRequest): readonly Scope[] | undefined {
    const key = readBearerToken(request);
    return key === undefined ? undefined : this.scopesOfHash.get(hashApiKey(key));
  }

  /** Whether the key of the request has the scope. The scope `admin` includes every other one. */
  allows(request: FastifyRequest, scope: Scope): boolean {
    const scopes = this.scopesOf(request) ?? [];
    return scopes.includes(scope) || scopes.includes('admin');
  }
}

function readBearerToken(request: FastifyRequest): string | undefined {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' && token ? token : undefined;
}
