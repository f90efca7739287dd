import { Injectable, Logger } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { Catalog, type CatalogItem } from '../items/catalog.js';
import { CountedAuthUsage, PageviewInfo } from '../model/counted-auth-usage.js';
import type { AdjacentClick } from '../model/double-click.js';
import { itemIri, toUnversionedIri } from '../model/item.js';
import { findComparedUrl, hashUrl, parseWebUrl, pathOf, toStoredUrl } from '../model/page-url.js';
import { orIfOsfUnavailable } from '../osf/osf-unavailable.error.js';
import type { NewUsage } from '../storage/metrics.repository.js';
import {
  type CountedUsageDto,
  type PageviewInfoDto,
  type TrustedPageviewInfoDto,
  TrustedUsageDto,
} from './counted-usage.dto.js';
import { DEFAULT_PROVIDER } from './item-fields.js';
import { PlatformPages } from './platform-pages.service.js';
import { adjacentHours, sessionhourId, type Visitor } from './session-hour.js';
import { SessionKeys } from './session-keys.service.js';
import { UsageMetrics } from './usage-metrics.js';

const SHORT_ID = /^[\w.-]{1,64}$/;

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
    private readonly platformPages: PlatformPages,
    private readonly configuration: Configuration,
    private readonly metrics: UsageMetrics,
  ) {}

  async enrich(input: UsageInput, visitor: Visitor, now: Date): Promise<NewUsage> {
    const timestamp = input.timestamp ?? now;
    const page: TrustedPageviewInfoDto | null = input.pageview_info ?? null;
    const pageUrl = page ? parseWebUrl(page.page_url) : undefined;
    const comparedUrl = page?.page_url_hash || !pageUrl ? undefined : findComparedUrl(pageUrl);
    const secretAt = async (instant: Date): Promise<Buffer> => await this.sessionKeys.secretAt(instant);
    const identify = async (instant: Date): Promise<AdjacentClick> => ({
      id: input.sessionhour_id ?? sessionhourId(visitor, instant, await secretAt(instant)),
      // A usage with a session-hour may be old: it needs no key of its day, of which nothing else is left.
      pageUrlHash:
        comparedUrl === undefined
          ? (page?.page_url_hash ?? null)
          : hashUrl(comparedUrl, await secretAt(input.sessionhour_id ? now : instant)),
    });
    const click = await identify(timestamp);
    const usage = Object.assign(new CountedAuthUsage(), {
      timestamp,
      ...(await this.itemFields(input)),
      sessionhour_id: click.id,
      user_is_authenticated: input.user_is_authenticated ?? visitor.userId !== null,
      action_labels: toSortedSet(input.action_labels),
      pageview_info: page && pageUrl ? this.toPageviewInfo(page, pageUrl, click.pageUrlHash, timestamp) : null,
    });
    const adjacentSessions = await Promise.all(
      adjacentHours(timestamp, now).map(async (instant) => ({ ...(await identify(instant)), instant })),
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
      provider_id: providerOf(input, item),
      within_iris: toSortedSet(iri === null ? within : [iri, ...within]),
    };
  }

  private toPageviewInfo(page: PageviewInfoDto, url: URL, hash: string | null, timestamp: Date): PageviewInfo {
    return Object.assign(new PageviewInfo(), {
      page_url: toStoredUrl(url),
      page_url_hash: hash,
      page_title: page.page_title || null,
      ...this.platformPages.toStoredReferer(page.referer_url ?? ''),
      route_name: page.route_name || null,
      page_path: pathOf(url),
      hour_of_day: timestamp.getUTCHours(),
    });
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

/** A trusted client knows the provider; of a browser, only a short id is used, and only if the catalog knows none. */
function providerOf(input: UsageInput, item: CatalogItem | undefined): string {
  const given = input.provider_id ?? '';
  if (input instanceof TrustedUsageDto && given !== '') return given;
  return item?.provider_id || (SHORT_ID.test(given) ? given : DEFAULT_PROVIDER);
}

function toSortedSet<T extends string>(texts: readonly T[]): T[] {
  return [...new Set(texts)].sort();
}
