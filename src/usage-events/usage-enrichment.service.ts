import { Injectable, Logger } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { Catalog, type CatalogItem } from '../items/catalog.js';
import { CountedAuthUsage, PageviewInfo } from '../model/counted-auth-usage.js';
import { itemIri, toUnversionedIri } from '../model/item.js';
import { orIfOsfUnavailable } from '../osf/osf-unavailable.error.js';
import type { NewUsage } from '../storage/metrics.repository.js';
import type { CountedUsageDto, PageviewInfoDto, TrustedUsageDto } from './counted-usage.dto.js';
import { DEFAULT_PROVIDER } from './item-fields.js';
import { adjacentHours, sessionhourId, type Visitor } from './session-hour.js';
import { SessionKeys } from './session-keys.service.js';
import { UsageMetrics } from './usage-metrics.js';

/** A usage from a browser, or from a trusted client. */
export type UsageInput = CountedUsageDto & Partial<TrustedUsageDto>;

/** Completes a usage with the catalog's metadata of the item, the session-hour, and what follows from the page. */
@Injectable()
export class UsageEnrichment {
  private readonly logger = new Logger(UsageEnrichment.name);
  private hasWarned = false;

  constructor(
    private readonly catalog: Catalog,
    private readonly sessionKeys: SessionKeys,
    private readonly configuration: Configuration,
    private readonly metrics: UsageMetrics,
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
    if (osfid !== null && !item && !input.item_type) this.countUnknown(osfid);
    const given = input.item_iri ?? item?.iri ?? (osfid === null ? null : itemIri(platformIri, osfid));
    const iri = given && toUnversionedIri(platformIri, given);
    const within = (input.within_iris ?? item?.within_iris ?? []).map((each) => toUnversionedIri(platformIri, each));
    const itemType = input.item_type ?? item?.item_type ?? null;
    return {
      platform_iri: input.platform_iri ?? platformIri,
      database_iri: input.database_iri ?? item?.database_iri ?? null,
      item_iri: iri,
      item_osfid: item?.guid ?? osfid,
      item_type: itemType,
      // A person's page is not content, even if it is sent as public.
      item_public: itemType !== 'Agent' && (input.item_public ?? item?.public ?? false),
      provider_id: input.provider_id || item?.provider_id || DEFAULT_PROVIDER,
      within_iris: toSortedSet(iri === null ? within : [iri, ...within]),
    };
  }

  private countUnknown(osfid: string): void {
    this.metrics.unknownItems.inc();
    if (this.hasWarned) return;
    this.hasWarned = true;
    this.logger.warn(
      `the item ${JSON.stringify(osfid)} is unknown: its usages are recorded as not public and appear nowhere. ` +
        'Register it and run `osf-metrics usages refresh-items`. ' +
        'The metric osf_metrics_unknown_item_usages_total counts further ones.',
    );
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
