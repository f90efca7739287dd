import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { Catalog } from '../items/catalog.js';
import { findItemsByIri } from '../items/find-items-by-iri.js';
import type { ItemType } from '../model/counted-auth-usage.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import {
  type ItemRankQuery,
  NO_USAGE,
  type RankedItem,
  type UsageSum,
  type UsageSumKey,
  type UsageSumQuery,
} from '../storage/usage-sum-query.js';
import type { DateRange } from '../time/date-range.js';
import { periodsWithin, type TimeBucket } from '../time/periods.js';
import { addUpSums } from './add-up-sums.js';
import type { PublicUsage, PublicUsageCounts, PublicUsageFigures } from './public-usage.js';
import { PublicUsageSums } from './public-usage-sums.service.js';
import type { Query } from './query.js';

export interface PublicUsageParameters {
  readonly days: Required<DateRange>;
  /** The range to compare with. */
  readonly previousDays?: Required<DateRange>;
  readonly bucket?: TimeBucket;
  readonly by: UsageSumKey;
  readonly orderBy: ItemRankQuery['orderBy'];
  readonly offset: number;
  readonly limit: number;
  readonly providers?: readonly string[];
  readonly itemTypes?: readonly ItemType[];
  /** Whether to leave out `item_count`, which takes longest. It is then 0. */
  readonly omitsItemCount?: boolean;
}

/** The usage of a group. */
export interface GroupUsage extends PublicUsage {
  /** The id of the provider, the type, the GUID of the item, or `all`. */
  readonly id: string;
}

export interface PublicUsagePage {
  readonly groups: readonly GroupUsage[];
  /** The number of groups on all pages. */
  readonly total: number;
}

type Filter = Pick<UsageSumQuery, 'providers' | 'itemTypes' | 'itemIris'>;
type Group = Pick<GroupUsage, 'id' | 'title'> & { readonly key: string };

/** A page of groups. */
interface FoundGroups {
  readonly groups: readonly Group[];
  /** The number of groups on all pages. */
  readonly total: number;
  /** The sums over the whole range, if finding the groups took them. */
  readonly sums?: readonly UsageSum[];
}

/** By which filter the groups of a page are selected. */
const KEY_FILTERS = {
  all: undefined,
  provider_id: 'providers',
  item_type: 'itemTypes',
  item_iri: 'itemIris',
} as const satisfies Record<UsageSumKey, keyof Filter | undefined>;

/** Public usage of the platform, its providers, types or items: whole months from the monthly aggregate. */
@Injectable()
export class PublicUsageQuery implements Query<PublicUsageParameters, PublicUsagePage> {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly sums: PublicUsageSums,
    private readonly catalog: Catalog,
    private readonly configuration: Configuration,
  ) {}

  async run(parameters: PublicUsageParameters): Promise<PublicUsagePage> {
    const { by, providers, itemTypes, days, previousDays } = parameters;
    const { groups, total, sums } = await this.findGroups(parameters);
    if (groups.length === 0) return { groups: [], total };
    const keyFilter = KEY_FILTERS[by];
    const filter: Filter = {
      providers,
      itemTypes,
      ...(keyFilter ? { [keyFilter]: groups.map(({ key }) => key) } : {}),
    };
    const figures = await this.readFigures(parameters, filter, days, sums);
    const previous = previousDays && (await this.readFigures(parameters, filter, previousDays));
    const usages = groups.map(({ key, ...group }) => ({ ...group, ...figures(key), previous: previous?.(key) }));
    return { groups: usages, total };
  }

  private async findGroups(parameters: PublicUsageParameters): Promise<FoundGroups> {
    const { by, orderBy, offset, limit, providers, itemTypes, days, omitsItemCount } = parameters;
    if (by === 'all') return { groups: [{ key: '', id: 'all', title: null }], total: 1 };
    if (by === 'item_iri') {
      const filter = { ...(await this.sums.sourcesOf(days)), providers, itemTypes };
      const { items, total } = await this.repository.rankItems({ ...filter, orderBy, offset, limit });
      return { groups: await this.describeItems(items), total };
    }
    const sums = await this.sums.sum(days, { providers, itemTypes, by, omitsItemCount });
    const ranked = sums.toSorted((a, b) => b[orderBy] - a[orderBy]);
    const groups = ranked.slice(offset, offset + limit).map(({ key }) => ({ key, id: key, title: null }));
    return { groups, total: sums.length, sums };
  }

  /** The items that are still public, in their order. */
  private async describeItems(ranked: readonly RankedItem[]): Promise<Group[]> {
    const references = ranked.map(({ item_iri, item_osfid }) => ({
      item_iri,
      item_osfids: item_osfid === null ? [] : [item_osfid],
    }));
    const items = await findItemsByIri(this.catalog, this.configuration.platformIri, references);
    return ranked.flatMap(({ item_iri }) => {
      const item = items.get(item_iri);
      return item?.public ? [{ key: item_iri, id: item.guid, title: item.title }] : [];
    });
  }

  /** The figures of each group, by its key. */
  private async readFigures(
    { by, bucket, omitsItemCount }: PublicUsageParameters,
    filter: Filter,
    days: Required<DateRange>,
    knownTotals?: readonly UsageSum[],
  ): Promise<(key: string) => PublicUsageFigures> {
    const query = { ...filter, by, omitsItemCount };
    const sums = bucket ? await this.sums.sum(days, { ...query, bucket }) : [];
    const totals = knownTotals ?? (bucket && omitsItemCount ? addUpSums(sums) : await this.sums.sum(days, query));
    const counts = new Map([...totals, ...sums].map((sum) => [nameOf(sum.key, sum.date), toCounts(sum)]));
    const periods = bucket ? periodsWithin(days, bucket).map(String) : undefined;
    return (key) => ({
      total: counts.get(nameOf(key, null)) ?? NO_USAGE,
      ...(periods && { periods: periods.map((date) => ({ date, ...(counts.get(nameOf(key, date)) ?? NO_USAGE) })) }),
    });
  }
}

function toCounts({ key: _key, date: _date, ...counts }: UsageSum): PublicUsageCounts {
  return counts;
}

function nameOf(key: string, date: string | null): string {
  return JSON.stringify([key, date]);
}
