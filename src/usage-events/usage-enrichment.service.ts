import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { Catalog, type CatalogItem } from '../items/catalog.js';
import { CountedAuthUsage, PageviewInfo } from '../model/counted-auth-usage.js';
import { itemIri } from '../model/item.js';
import { orIfOsfUnavailable } from '../osf/osf-unavailable.error.js';
import type { NewUsage } from '../storage/metrics.repository.js';
import type { CountedUsageDto, PageviewInfoDto, TrustedUsageDto } from './counted-usage.dto.js';
import { adjacentHours, sessionhourId, type Visitor } from './session-hour.js';
import { SessionKeys } from './session-keys.service.js';

const DEFAULT_PROVIDER = 'osf';

/** What a browser may say of a usage, and perhaps what only a trusted client may. */
export type UsageRequest = CountedUsageDto & Partial<TrustedUsageDto>;

/** Makes a usage out of what is said of it, what the catalog knows of its item, and who the visitor is. */
@Injectable()
export class UsageEnrichment {
  constructor(
    private readonly catalog: Catalog,
    private readonly sessionKeys: SessionKeys,
    private readonly configuration: Configuration,
  ) {}

  async enrich(request: UsageRequest, visitor: Visitor, now: Date): Promise<NewUsage> {
    const timestamp = request.timestamp ?? now;
    const sessionAt = async (instant: Date): Promise<string> =>
      request.sessionhour_id ?? (await this.sessionhourAt(visitor, instant));
    const usage = Object.assign(new CountedAuthUsage(), {
      timestamp,
      ...(await this.describeItem(request)),
      sessionhour_id: await sessionAt(timestamp),
      user_is_authenticated: request.user_is_authenticated ?? visitor.userId !== null,
      action_labels: toSortedSet(request.action_labels),
      pageview_info: request.pageview_info ? toPageviewInfo(request.pageview_info, timestamp) : null,
    });
    const adjacentSessions = await Promise.all(
      adjacentHours(timestamp, now).map(async (instant) => ({ id: await sessionAt(instant), instant })),
    );
    return { usage, adjacentSessions };
  }

  private async sessionhourAt(visitor: Visitor, instant: Date): Promise<string> {
    return sessionhourId(visitor, instant, await this.sessionKeys.secretAt(instant));
  }

  private async describeItem(request: UsageRequest): Promise<Partial<CountedAuthUsage>> {
    const { platformIri } = this.configuration;
    const osfid = request.item_guid || request.item_osfid || null;
    // A usage that has its session-hour already was exported: it is whole, and what it lacks was not known.
    const item = osfid === null || request.sessionhour_id ? undefined : await this.find(osfid);
    const iri = request.item_iri ?? item?.iri ?? (osfid === null ? null : itemIri(platformIri, osfid));
    const within = request.within_iris ?? item?.within_iris ?? [];
    return {
      platform_iri: request.platform_iri ?? platformIri,
      database_iri: request.database_iri ?? item?.database_iri ?? null,
      item_iri: iri,
      item_osfid: item?.guid ?? osfid,
      item_type: request.item_type ?? item?.item_type ?? null,
      item_public: request.item_public ?? item?.public ?? false,
      provider_id: request.provider_id || item?.provider_id || DEFAULT_PROVIDER,
      within_iris: toSortedSet(iri === null ? within : [iri, ...within]),
    };
  }

  /** Undefined also while the catalog is away: a usage is recorded all the same. */
  private async find(guid: string): Promise<CatalogItem | undefined> {
    return (await orIfOsfUnavailable(this.catalog.findItems([guid]), undefined))?.get(guid);
  }
}

function toPageviewInfo(page: PageviewInfoDto, timestamp: Date): PageviewInfo {
  return Object.assign(new PageviewInfo(), {
    page_url: page.page_url,
    page_title: page.page_title || null,
    referer_url: page.referer_url || null,
    route_name: page.route_name || null,
    page_path: pathOf(page.page_url),
    referer_domain: page.referer_url ? new URL(page.referer_url).host : null,
    hour_of_day: timestamp.getUTCHours(),
  });
}

/** As the browser shows it: percent-encoding stays. */
function pathOf(url: string): string {
  return new URL(url).pathname.replace(/\/+$/, '');
}

function toSortedSet<T extends string>(texts: readonly T[]): T[] {
  return [...new Set(texts)].sort();
}
