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

/** A usage from a browser, or from a trusted client. */
export type UsageInput = CountedUsageDto & Partial<TrustedUsageDto>;

/** Completes a usage with the catalog's metadata of the item, the session-hour, and what follows from the page. */
@Injectable()
export class UsageEnrichment {
  constructor(
    private readonly catalog: Catalog,
    private readonly sessionKeys: SessionKeys,
    private readonly configuration: Configuration,
  ) {}

  async enrich(input: UsageInput, visitor: Visitor, now: Date): Promise<NewUsage> {
    const timestamp = input.timestamp ?? now;
    const sessionhourAt = async (instant: Date): Promise<string> =>
      input.sessionhour_id ?? sessionhourId(visitor, instant, await this.sessionKeys.secretAt(instant));
    const usage = Object.assign(new CountedAuthUsage(), {
      timestamp,
      ...(await this.itemFields(input)),
      sessionhour_id: await sessionhourAt(timestamp),
      user_is_authenticated: input.user_is_authenticated ?? visitor.userId !== null,
      action_labels: toSortedSet(input.action_labels),
      pageview_info: input.pageview_info ? toPageviewInfo(input.pageview_info, timestamp) : null,
    });
    const adjacentSessions = await Promise.all(
      adjacentHours(timestamp, now).map(async (instant) => ({ id: await sessionhourAt(instant), instant })),
    );
    return { usage, adjacentSessions };
  }

  private async itemFields(input: UsageInput): Promise<Partial<CountedAuthUsage>> {
    const { platformIri } = this.configuration;
    const osfid = input.item_guid || input.item_osfid || null;
    // A usage with a session-hour comes from an export: it is complete, and its missing fields were unknown.
    const item = osfid === null || input.sessionhour_id ? undefined : await this.findItem(osfid);
    const iri = input.item_iri ?? item?.iri ?? (osfid === null ? null : itemIri(platformIri, osfid));
    const within = input.within_iris ?? item?.within_iris ?? [];
    return {
      platform_iri: input.platform_iri ?? platformIri,
      database_iri: input.database_iri ?? item?.database_iri ?? null,
      item_iri: iri,
      item_osfid: item?.guid ?? osfid,
      item_type: input.item_type ?? item?.item_type ?? null,
      item_public: input.item_public ?? item?.public ?? false,
      provider_id: input.provider_id || item?.provider_id || DEFAULT_PROVIDER,
      within_iris: toSortedSet(iri === null ? within : [iri, ...within]),
    };
  }

  /** While the OSF is unavailable, usages are recorded as those of unknown items. */
  private async findItem(guid: string): Promise<CatalogItem | undefined> {
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

/** The path without trailing slashes. Percent-encoding stays, as in the address bar. */
function pathOf(url: string): string {
  return new URL(url).pathname.replace(/\/+$/, '');
}

function toSortedSet<T extends string>(texts: readonly T[]): T[] {
  return [...new Set(texts)].sort();
}
