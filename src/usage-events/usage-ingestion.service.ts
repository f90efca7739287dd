import { Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Identity, type User } from '../items/identity.js';
import { normalizeAddress } from '../model/network-address.js';
import { parseWebUrl } from '../model/page-url.js';
import { orIfOsfUnavailable } from '../osf/osf-unavailable.error.js';
import { MetricsRepository, type NewUsage, type RecordOutcome } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';
import { YearMonth } from '../time/year-month.js';
import type { CountedUsageDto, TrustedUsageDto } from './counted-usage.dto.js';
import { PlatformPages } from './platform-pages.service.js';
import { Robots } from './robots.service.js';
import type { Visitor } from './session-hour.js';
import { UsageEnrichment, type UsageInput } from './usage-enrichment.service.js';
import { type SkipReason, UsageMetrics } from './usage-metrics.js';
import { UsageWriteBuffer } from './usage-write-buffer.service.js';

export type UsageOutcome = RecordOutcome | { readonly status: 'skipped'; readonly reason: SkipReason };

/** The minimum length of a path segment that can be a guid. */
const MIN_GUID_LENGTH = 5;
const MAX_PATH_GUIDS = 20;

/** Of a request by which a browser loads a page in advance (Speculation Rules; older: `Purpose`). */
const PURPOSE_HEADERS = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];
const PREFETCH = /^(prefetch|prerender|preview)\b/i;

/**
 * Takes a usage through the steps that lead to the store: skip what does not count, enrich, record. Each reason to skip a
 * usage is counted.
 */
@Injectable()
export class UsageIngestion {
  private readonly logger = new Logger(UsageIngestion.name);

  constructor(
    private readonly robots: Robots,
    private readonly platformPages: PlatformPages,
    private readonly identity: Identity,
    private readonly enrichment: UsageEnrichment,
    private readonly writeBuffer: UsageWriteBuffer,
    private readonly repository: MetricsRepository,
    private readonly metrics: UsageMetrics,
    private readonly clock: Clock,
  ) {}

  /** Ingests a usage whose visitor sends the request. */
  async ingest(usage: CountedUsageDto, request: FastifyRequest): Promise<UsageOutcome> {
    if (isPrefetch(request)) return this.skip('prefetch');
    if (this.robots.isRobot(request.headers['user-agent'] ?? '', hasToken(request))) return this.skip('robot');
    const page = usage.pageview_info && parseWebUrl(usage.pageview_info.page_url);
    if (page && !this.platformPages.includes(page)) return this.skip('foreign-page');
    // A usage is not lost because its user cannot be identified.
    const user = await orIfOsfUnavailable(this.identity.findUser(request), null);
    if (user && (await this.isContributor(user, usage))) return this.skip('contributor');
    const visitor = toVisitor(usage, user?.id ?? null, request);
    return await this.writeBuffer.record(await this.enrichment.enrich(usage, visitor, this.clock.now()));
  }

  /** Ingests `N×` usages that a trusted client reports, and returns their `N×` outcomes. */
  async ingestBatch(usages: readonly TrustedUsageDto[], request: FastifyRequest): Promise<UsageOutcome[]> {
    const now = this.clock.now();
    const removedMonths = await this.removedMonths();
    const enriched = await Promise.all(
      usages.map(async (usage): Promise<NewUsage | UsageOutcome> => {
        if (usage.user_agent && this.robots.isRobot(usage.user_agent, false)) return this.skip('robot');
        const userId = usage.user_id ?? null;
        if (userId !== null && (await this.isContributor({ id: userId }, usage))) return this.skip('contributor');
        const month = YearMonth.at(usage.timestamp ?? now).toString();
        if (removedMonths.has(month)) return { status: 'rejected', reason: `the usages of ${month} have been removed` };
        return await this.enrichment.enrich(usage, toVisitor(usage, userId, request), now);
      }),
    );
    const newUsages = enriched.filter((each) => 'usage' in each);
    await this.repository.prepareUsages(distinctMonths(newUsages));
    const recorded = await this.writeBuffer.recordAll(newUsages);
    return enriched.map((each) => ('usage' in each ? (recorded.shift() as RecordOutcome) : each));
  }

  /** Months whose usages retention removed: their counts are final. */
  private async removedMonths(): Promise<Set<string>> {
    const months = await this.repository.listUsageMonths();
    return new Set(months.filter((each) => each.usages_removed).map(({ month }) => month.toString()));
  }

  private skip(reason: SkipReason): UsageOutcome {
    this.metrics.skipped.inc({ reason });
    this.logger.debug(`skipped a usage: ${reason}`);
    return { status: 'skipped', reason };
  }

  /**
   * Whether the user may read the item, or an item whose guid is in the path of the page. False while the permissions
   * cannot be read.
   */
  private async isContributor(user: User, usage: UsageInput): Promise<boolean> {
    const guids = [usage.item_guid || usage.item_osfid || '', ...pathGuids(usage)];
    return await orIfOsfUnavailable(this.identity.canRead(user, [...new Set(guids)].filter(Boolean)), false);
  }
}

function distinctMonths(usages: readonly NewUsage[]): YearMonth[] {
  const months = usages.map(({ usage }) => YearMonth.at(usage.timestamp));
  return [...new Map(months.map((month) => [month.toString(), month])).values()];
}

function toVisitor(usage: UsageInput, userId: string | null, request: FastifyRequest): Visitor {
  return {
    userId,
    clientSessionId: usage.client_session_id || null,
    address: normalizeAddress(usage.client_ip || request.ip),
    userAgent: usage.user_agent || (request.headers['user-agent'] ?? ''),
  };
}

/** Whether the browser loads the page in advance. The visitor may never see it. */
function isPrefetch({ headers }: FastifyRequest): boolean {
  return PURPOSE_HEADERS.some((name) => PREFETCH.test(String(headers[name])));
}

function hasToken(request: FastifyRequest): boolean {
  return /^bearer .+/i.test(request.headers.authorization ?? '');
}

function pathGuids({ pageview_info }: UsageInput): string[] {
  if (!pageview_info) return [];
  const segments = new URL(pageview_info.page_url).pathname.split('/');
  return segments.filter((segment) => segment.length >= MIN_GUID_LENGTH).slice(0, MAX_PATH_GUIDS);
}
