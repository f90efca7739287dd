import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { hashApiKey, type Scope } from '../../config/api-key.js';
import { Configuration } from '../../config/configuration.js';

/** Knows which keys there are, and what the key of a request allows. */
@Injectable()
export class ApiKeys {
  private readonly scopesOfHash = new Map<string, readonly Scope[]>();

  constructor(@Inject(Configuration) configuration: Configuration) {
    for (const { sha256, scopes } of configuration.apiKeys) this.scopesOfHash.set(sha256, scopes);
  }

  /** Makes one more key valid for as long as this process runs. */
  add(key: string, scopes: readonly Scope[]): void {
    this.scopesOfHash.set(hashApiKey(key), scopes);
  }

  /** What the bearer token of the request allows; undefined when it has none, or one that is no key of ours. */
  scopesOf(request: FastifyRequest): readonly Scope[] | undefined {
    const key = bearerTokenOf(request);
    return key === undefined ? undefined : this.scopesOfHash.get(hashApiKey(key));
  }

  /** `admin` allows everything. */
  allows(request: FastifyRequest, scope: Scope): boolean {
    const scopes = this.scopesOf(request) ?? [];
    return scopes.includes(scope) || scopes.includes('admin');
  }
}

function bearerTokenOf(request: FastifyRequest): string | undefined {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' && token ? token : undefined;
}
