import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Identity, type User } from '../items/identity.js';
import { orIfOsfUnavailable } from '../osf/osf-unavailable.error.js';
import type { NewUsage, RecordOutcome } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';
import type { CountedUsageDto, TrustedUsageDto } from './counted-usage.dto.js';
import { Robots } from './robots.service.js';
import type { Visitor } from './session-hour.js';
import { UsageEnrichment, type UsageRequest } from './usage-enrichment.service.js';
import { type SkipReason, UsageMetrics } from './usage-metrics.js';
import { UsageWriteBuffer } from './usage-write-buffer.service.js';

/** What becomes of a usage. */
export type UsageOutcome = RecordOutcome | { readonly status: 'skipped'; readonly reason: SkipReason };

/** Shortest guid that is looked for in the path of a page. */
const GUID_LENGTH = 5;
const MAX_PATH_GUIDS = 20;

/** The way of a usage into the store: each step may skip it, for a reason that is counted. */
@Injectable()
export class UsageIngestion {
  constructor(
    private readonly robots: Robots,
    private readonly identity: Identity,
    private readonly enrichment: UsageEnrichment,
    private readonly recorder: UsageWriteBuffer,
    private readonly metrics: UsageMetrics,
    private readonly clock: Clock,
  ) {}

  /** A usage that a browser sends of itself. */
  async ingest(usage: CountedUsageDto, request: FastifyRequest): Promise<UsageOutcome> {
    const userAgent = request.headers['user-agent'] ?? '';
    if (this.robots.isRobot(userAgent, hasToken(request))) return this.skip('robot');
    const user = await this.identity.findUser(request);
    if (user && (await this.isContributor(user, usage))) return this.skip('contributor');
    const visitor = toVisitor(usage, user?.id ?? null, request);
    return await this.recorder.record(await this.enrichment.enrich(usage, visitor, this.clock.now()));
  }

  /** `N×` usages that a trusted client sends of others, with the outcome of each. */
  async ingestBatch(usages: readonly TrustedUsageDto[], request: FastifyRequest): Promise<UsageOutcome[]> {
    const now = this.clock.now();
    const taken = await Promise.all(
      usages.map(async (usage): Promise<NewUsage | UsageOutcome> => {
        const userId = usage.user_id ?? null;
        if (userId !== null && (await this.isContributor({ id: userId }, usage))) return this.skip('contributor');
        return await this.enrichment.enrich(usage, toVisitor(usage, userId, request), now);
      }),
    );
    const outcomes = await this.recorder.recordAll(taken.filter((each) => 'usage' in each));
    return taken.map((each) => ('usage' in each ? (outcomes.shift() as RecordOutcome) : each));
  }

  private skip(reason: SkipReason): UsageOutcome {
    this.metrics.skipped.inc({ reason });
    return { status: 'skipped', reason };
  }

  /**
   * Whether the user may read the item, or one whose guid stands in the page's path, as those do who work on it. Taken
   * for somebody else when that cannot be known now.
   */
  private async isContributor(user: User, usage: UsageRequest): Promise<boolean> {
    const guids = [usage.item_guid || usage.item_osfid || '', ...pathGuids(usage)];
    return await orIfOsfUnavailable(this.identity.canRead(user, [...new Set(guids)].filter(Boolean)), false);
  }
}

function toVisitor(usage: CountedUsageDto, userId: string | null, request: FastifyRequest): Visitor {
  return {
    userId,
    clientSessionId: usage.client_session_id || null,
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
  };
}

function hasToken(request: FastifyRequest): boolean {
  return /^bearer .+/i.test(request.headers.authorization ?? '');
}

function pathGuids({ pageview_info }: UsageRequest): string[] {
  if (!pageview_info) return [];
  const segments = new URL(pageview_info.page_url).pathname.split('/');
  return segments.filter((segment) => segment.length >= GUID_LENGTH).slice(0, MAX_PATH_GUIDS);
}
