import type { estypes } from '@elastic/elasticsearch';
import type { Clock } from '../../time/clock.js';
import type { TimeBucket } from '../../time/periods.js';
import {
  type ItemRanking,
  type ItemRankQuery,
  NO_USAGE,
  type PublicUsageFilter,
  type UsageSum,
  type UsageSumQuery,
} from '../usage-sum-query.js';
import type { Cluster } from './client/cluster.js';
import type { IndexNames } from './indexes/index-names.js';
import { bytesPerCount, MAX_BYTES_PER_SEARCH } from './item-usage-searches.js';
import { chunkKeys, splitTime } from './usage-grouping.js';
import { AGGREGATIONS_ONLY, MAX_PRECISION_THRESHOLD } from './usage-query-compiler.js';
import {
  compilePublicUsage,
  compileSumSearch,
  COUNTS,
  distinctCounts,
  FILTERED,
  NO_BUCKETS,
  orderOf,
  type SumSearch,
  TIME_BUCKETS,
} from './usage-sum-compiler.js';

/** The limit of groups that are found without their keys. */
const MAX_KEYS = 10_000;
/** Each shard returns more groups than requested, so that the overall top groups are among them. */
const GROUPS_PER_SHARD = 5_000;

type Bucket = Record<string, unknown> & {
  readonly key: string;
  readonly key_as_string?: string;
  readonly doc_count: number;
};
type Sum = { -readonly [Name in keyof UsageSum]: UsageSum[Name] };

const COUNT_NAMES = Object.keys(NO_USAGE) as (keyof typeof NO_USAGE)[];

/** Sums public usage over usages and monthly records, which one search can read together. */
export class UsageSumReader {
  constructor(
    private readonly cluster: Cluster,
    private readonly names: IndexNames,
    private readonly clock: Clock,
  ) {}

  async sum({ by, bucket, omitsItemCount = false, ...filter }: UsageSumQuery): Promise<UsageSum[]> {
    const keys = await this.findKeys(by, filter);
    const sums = new Map<string, Sum>();
    const search = { filter, by, bucket, keys, measures: COUNTS };
    const maxCount = await this.add(sums, search);
    for (const part of splitSearch(search, maxCount, omitsItemCount)) await this.add(sums, part);
    return [...sums.values()].sort((a, b) => compareBytes(a.key, b.key) || compareBytes(a.date ?? '', b.date ?? ''));
  }

  async rankItems({ orderBy, offset, limit, ...filter }: ItemRankQuery): Promise<ItemRanking> {
    const size = offset + limit;
    const { items, total } = await this.search(filter, {
      ...AGGREGATIONS_ONLY,
      query: compilePublicUsage(filter),
      aggs: {
        items: {
          terms: { field: 'item_iri', size, shard_size: Math.max(size, GROUPS_PER_SHARD), order: orderOf(orderBy) },
          aggs: {
            [orderBy]: COUNTS[orderBy] ?? {},
            osfids: { terms: { field: 'item_osfid', size: 1, order: { _key: 'asc' } } },
          },
        },
        total: { cardinality: { field: 'item_iri', precision_threshold: MAX_PRECISION_THRESHOLD } },
      },
    });
    const ranked = bucketsOf(items)
      .slice(offset)
      .map((bucket) => ({
        item_iri: bucket.key,
        item_osfid: bucketsOf(bucket['osfids'])[0]?.key ?? null,
      }));
    return { items: ranked, total: total ? valueOf(total) : 0 };
  }

  private async findKeys(by: UsageSumQuery['by'], filter: PublicUsageFilter): Promise<readonly string[]> {
    const { providers, itemTypes, itemIris } = filter;
    const given = { all: [], provider_id: providers, item_type: itemTypes, item_iri: itemIris }[by];
    if (given) return given;
    const groups = { terms: { field: by, size: MAX_KEYS, order: { _key: 'asc' } as const } };
    const { groups: found } = await this.search(filter, {
      ...AGGREGATIONS_ONLY,
      query: compilePublicUsage(filter),
      aggs: { groups },
    });
    return bucketsOf(found).map(({ key }) => key);
  }

  /** Adds the measures of a search to the sums. @returns the highest number of usages and records of a bucket */
  private async add(sums: Map<string, Sum>, search: SumSearch): Promise<number> {
    if (search.by !== 'all' && search.keys?.length === 0) return 0;
    let maxCount = 0;
    const { groups } = await this.search(search.filter, compileSumSearch(search));
    for (const group of search.by === 'all' ? [groups as Bucket | undefined] : bucketsOf(groups)) {
      if (!group) continue;
      for (const [date, bucket] of bucketsByDate(group, search.bucket)) {
        if (bucket.doc_count === 0) continue;
        const key = search.by === 'all' ? '' : group.key;
        const name = JSON.stringify([key, date]);
        const sum = sums.get(name) ?? { key, date, ...NO_USAGE };
        addMeasures(sum, bucket, Object.keys(search.measures));
        sums.set(name, sum);
        maxCount = Math.max(maxCount, bucket.doc_count);
      }
    }
    return maxCount;
  }

  private async search(
    { months, times }: PublicUsageFilter,
    request: estypes.SearchRequest,
  ): Promise<Record<string, estypes.AggregationsAggregate>> {
    const now = this.clock.now();
    const index = [
      ...times.flatMap((time) => this.names.usagesWithin(time, now)),
      ...months.map((month) => this.names.monthlyUsageOf(month)),
    ];
    if (index.length === 0) return {};
    const { aggregations = {} } = await this.cluster.read((client) =>
      client.search<unknown, Record<string, estypes.AggregationsAggregate>>({
        index: [...new Set(index)],
        ignore_unavailable: true,
        allow_no_indices: true,
        ...request,
        request_cache: true,
      }),
    );
    return aggregations;
  }
}

/**
 * The searches for distinct counts. Elasticsearch allocates the memory for an exact count before it counts, so that each
 * search has a limited number of buckets.
 * @param maxCount no count is higher
 */
function splitSearch(
  { filter, by, bucket, keys = [] }: SumSearch,
  maxCount: number,
  omitsItemCount: boolean,
): SumSearch[] {
  if (maxCount === 0) return [];
  const precision = Math.min(maxCount, MAX_PRECISION_THRESHOLD);
  const measures = distinctCounts(by, precision, omitsItemCount);
  const size = Math.max(
    1,
    Math.floor(MAX_BYTES_PER_SEARCH / (Object.keys(measures).length * bytesPerCount(precision))),
  );
  const chunks = by === 'all' ? [['']] : chunkKeys(keys, size);
  return chunks.flatMap((chunk) => {
    const search = { by, bucket, measures, ...(by === 'all' ? {} : { keys: chunk }) };
    if (!bucket) return [{ ...search, filter }];
    return splitTimes(filter, bucket, Math.max(1, Math.floor(size / chunk.length))).map((part) => ({
      ...search,
      filter: part,
    }));
  });
}

/** Parts of the filter with a limited number of buckets each. */
function splitTimes(filter: PublicUsageFilter, bucket: TimeBucket, size: number): PublicUsageFilter[] {
  const parts: PublicUsageFilter[] = [];
  for (let first = 0; first < filter.months.length; first += size) {
    parts.push({ ...filter, times: [], months: filter.months.slice(first, first + size) });
  }
  for (const time of filter.times) {
    for (const part of splitTime(time, bucket, size)) parts.push({ ...filter, months: [], times: [part] });
  }
  return parts;
}

function addMeasures(sum: Sum, bucket: Bucket, measures: readonly string[]): void {
  for (const name of COUNT_NAMES) {
    if (measures.includes(name)) sum[name] += Math.round(valueOf(bucket[name]));
  }
}

/** The buckets of a group by the first day of their time; without time buckets, one. */
function bucketsByDate(group: Bucket, bucket: TimeBucket | undefined): [string | null, Bucket][] {
  if (!bucket) return [[null, group[NO_BUCKETS] as Bucket]];
  const [times, months] = TIME_BUCKETS;
  return [
    ...bucketsOf(group[times]).map((each): [string, Bucket] => [each.key_as_string ?? '', each]),
    ...bucketsOf(group[months]).map((each): [string, Bucket] => [`${each.key}-01`, each]),
  ];
}

function bucketsOf(aggregate: unknown): Bucket[] {
  return (aggregate as { buckets: Bucket[] } | undefined)?.buckets ?? [];
}

/** The value of an aggregation, or of the one inside its filter. */
function valueOf(aggregate: unknown): number {
  const { value, [FILTERED]: filtered } = aggregate as { value?: number; [FILTERED]?: { value: number } };
  return value ?? filtered?.value ?? 0;
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
