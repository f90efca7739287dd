import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Configuration } from '../config/configuration.js';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import { Identity, type User } from '../items/identity.js';
import { Clock } from '../time/clock.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { OsfApi } from './osf-api.client.js';
import { hashCredential, type OsfCredential, readOsfCredential } from './osf-credential.js';
import { OsfDatabase } from './osf-database.js';
import { OsfMetrics } from './osf-metrics.js';
import { OsfPermissions } from './osf-permissions.js';
import { OsfCredentialError, OsfUnavailableError } from './osf-unavailable.error.js';

const MAX_CACHED_USERS = 50_000;
const CACHE_MILLISECONDS = 60_000;
const MAX_CONCURRENT_REQUESTS = 100;

/** The result of a request to the API. */
interface CachedUser {
  readonly result: User | null | OsfCredentialError;
  /** By the monotonic clock. */
  readonly expiresAt: number;
}

/**
 * Identifies users through the OSF's API and reads their permissions from the OSF's database. Without `OSF_API_URL`
 * everyone is anonymous; without `OSF_DATABASE_URL` nobody has permissions.
 */
@Injectable()
export class OsfIdentity extends Identity {
  /** By the hash of the credential: the credential itself is not stored. */
  private readonly users = new LRUCache<string, CachedUser>({ max: MAX_CACHED_USERS });
  private readonly pendingRequests = new Map<string, Promise<User | null>>();
  private readonly circuitBreaker: CircuitBreaker;

  constructor(
    private readonly api: OsfApi,
    private readonly database: OsfDatabase,
    private readonly permissions: OsfPermissions,
    private readonly apiKeys: ApiKeys,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
    private readonly metrics: OsfMetrics,
  ) {
    super();
    this.circuitBreaker = new CircuitBreaker('api', clock, metrics);
  }

  /** @throws OsfUnavailableError while the API is unavailable, unless the user is in the cache */
  async findUser(request: FastifyRequest): Promise<User | null> {
    // API keys of this service must not be sent to the OSF.
    if (!this.api.isConfigured || this.apiKeys.find(request) !== undefined) return null;
    const credential = readOsfCredential(request.headers, this.configuration.osfSessionCookie);
    if (!credential) return null;
    const key = hashCredential(credential);
    const cached = this.users.get(key);
    if (cached && cached.expiresAt > this.clock.monotonicMilliseconds()) return userOf(cached);
    return await (this.pendingRequests.get(key) ?? this.loadUser(key, credential));
  }

  async canRead(user: User, guids: readonly string[]): Promise<boolean> {
    return this.database.isConfigured && (await this.permissions.canRead(user, guids));
  }

  async canEdit(user: User, guid: string): Promise<boolean> {
    return this.database.isConfigured && (await this.permissions.canEdit(user, guid));
  }

  async isInstitutionAdmin(user: User, institutionId: string): Promise<boolean> {
    return this.database.isConfigured && (await this.permissions.isInstitutionAdmin(user, institutionId));
  }

  private async loadUser(key: string, credential: OsfCredential): Promise<User | null> {
    if (this.pendingRequests.size >= MAX_CONCURRENT_REQUESTS) {
      this.metrics.lookups.inc({ source: 'api', outcome: 'not_asked' });
      throw new OsfUnavailableError("not requested: too many requests to the OSF's API are running");
    }
    const pendingRequest = this.requestUser(key, credential);
    this.pendingRequests.set(key, pendingRequest);
    try {
      return await pendingRequest;
    } finally {
      this.pendingRequests.delete(key);
    }
  }

  private async requestUser(key: string, credential: OsfCredential): Promise<User | null> {
    try {
      const user = await this.circuitBreaker.execute(() => this.api.findUser(credential));
      this.cache(key, user, CACHE_MILLISECONDS);
      return user;
    } catch (error) {
      if (error instanceof OsfCredentialError) this.cache(key, error, error.pauseMilliseconds);
      throw error;
    }
  }

  private cache(key: string, result: CachedUser['result'], milliseconds: number): void {
    this.users.set(key, { result, expiresAt: this.clock.monotonicMilliseconds() + milliseconds });
  }
}

function userOf({ result }: CachedUser): User | null {
  if (result instanceof OsfCredentialError) throw result;
  return result;
}
