import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Configuration } from '../config/configuration.js';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import type { Identity, User } from '../items/identity.js';
import { Clock } from '../time/clock.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { OsfApi } from './osf-api.client.js';
import { type OsfCredential, osfCredentialOf } from './osf-credential.js';
import { OsfDatabase } from './osf-database.js';
import { OsfMetrics } from './osf-metrics.js';
import { OsfPermissions } from './osf-permissions.js';

const MAX_KNOWN = 50_000;
const KNOWN_MILLISECONDS = 60_000;
const MAX_ASKED_AT_ONCE = 100;

interface Known {
  readonly user: User | null;
  readonly until: number;
}

/** Knows people by the OSF's API, and by the OSF's database what they may read; without the one or the other, nobody. */
@Injectable()
export class OsfIdentity implements Identity {
  /** By the hash of the credential, which is kept itself nowhere. */
  private readonly known = new LRUCache<string, Known>({ max: MAX_KNOWN });
  private readonly asked = new Map<string, Promise<User | null>>();
  private readonly backOff: CircuitBreaker;

  constructor(
    private readonly api: OsfApi,
    private readonly database: OsfDatabase,
    private readonly readers: OsfPermissions,
    private readonly apiKeys: ApiKeys,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
    private readonly metrics: OsfMetrics,
  ) {
    this.backOff = new CircuitBreaker('api', clock, metrics);
  }

  /** Null also for everybody who is not known from the last minute, while the API cannot be asked. */
  async findUser(request: FastifyRequest): Promise<User | null> {
    // A key of ours is nothing that the OSF should see.
    if (!this.api.isConfigured || this.apiKeys.scopesOf(request) !== undefined) return null;
    const credential = osfCredentialOf(request.headers, this.configuration.osfSessionCookie);
    if (!credential) return null;
    const key = createHash('sha256').update(JSON.stringify(credential)).digest('base64');
    const known = this.known.get(key);
    if (known && known.until > this.clock.now().getTime()) return known.user;
    return await (this.asked.get(key) ?? this.ask(key, credential));
  }

  async canRead(user: User, guids: readonly string[]): Promise<boolean> {
    return this.database.isConfigured && (await this.readers.canRead(user, guids));
  }

  private async ask(key: string, credential: OsfCredential): Promise<User | null> {
    if (this.asked.size >= MAX_ASKED_AT_ONCE) {
      this.metrics.lookups.inc({ source: 'api', outcome: 'not_asked' });
      return null;
    }
    const answer = this.askApi(key, credential);
    this.asked.set(key, answer);
    try {
      return await answer;
    } finally {
      this.asked.delete(key);
    }
  }

  private async askApi(key: string, credential: OsfCredential): Promise<User | null> {
    try {
      const user = await this.backOff.attempt(() => this.api.currentUser(credential));
      this.known.set(key, { user, until: this.clock.now().getTime() + KNOWN_MILLISECONDS });
      return user;
    } catch {
      return null;
    }
  }
}
