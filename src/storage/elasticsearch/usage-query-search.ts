import type { estypes } from '@elastic/elasticsearch';
import type {
  LabelFilter,
  UsageFilter,
  UsageGroup,
  UsageGroupBy,
  UsageGrouping,
  UsageMeasure,
  UsageQuery,
} from '../usage-query.js';
import type { Page } from './usage-groups.js';

/** Up to so many distinct values are counted exactly: the most that Elasticsearch allows. */
const DISTINCT: estypes.AggregationsCardinalityAggregation = { field: 'sessionhour_id', precision_threshold: 40_000 };
/** The same where there are many groups: by itself Elasticsearch keeps a bit for every session-hour for each of them. */
const DISTINCT_IN_MANY_GROUPS = { ...DISTINCT, execution_hint: 'direct' } as const;
/** What a grouping without a limit may have at most: as many buckets as Elasticsearch gives in one answer. */
const MOST_GROUPS = 65_000;
/** Of groups ordered by a measure each shard sends more than are asked for, so that the first of all are among them. */
const GROUPS_PER_SHARD = 5_000;
const VALUES_LIMIT = 10;
/** The aggregation that holds a measure under a condition of its own, or the groups under one of their grouping. */
const INNER = 'inner';

type Aggregation = estypes.AggregationsAggregationContainer;
type Bucket = Record<string, unknown> & { doc_count: number };
type KeyedBucket = Bucket & { key: unknown; key_as_string?: string };

const countOnly = {
  size: 0,
  track_total_hits: false,
  request_cache: true,
  // Rather no answer than one without what is on a shard that is away.
  allow_partial_search_results: false,
};

/**
 * The search that answers the query, but for the indexes to search.
 * @param among what else must hold: that the field, by which it is grouped, has one of these many values
 */
export function compileSearch(
  { where, groupings }: UsageQuery,
  among?: { readonly field: string; readonly values: readonly string[] },
): estypes.SearchRequest {
  const filter = compileFilter(where);
  const cardinality = among ? DISTINCT_IN_MANY_GROUPS : DISTINCT;
  if (among) filter.push({ terms: { [among.field]: [...among.values] } });
  return {
    ...countOnly,
    query: { bool: { filter } },
    aggs: Object.fromEntries(
      Object.entries(groupings).map(([name, grouping]) => [name, compileGrouping(grouping, cardinality)]),
    ),
  };
}

/** The search for the keys of a page of groups. */
export function compilePageKeys(where: UsageFilter, { by, after, limit }: Page): estypes.SearchRequest {
  const filter = compileFilter(where);
  if (after !== undefined) filter.push({ range: { [by.field]: { gt: after } } });
  const sources = [{ key: { terms: { field: by.field } } }];
  return { ...countOnly, query: { bool: { filter } }, aggs: { keys: { composite: { sources, size: limit } } } };
}

export function readPageKeys(aggregate: estypes.AggregationsAggregate | undefined): string[] {
  const { buckets } = (aggregate as { buckets: { key: { key: string } }[] } | undefined) ?? { buckets: [] };
  return buckets.map(({ key }) => key.key);
}

/** The groups of a grouping, of what the search answered under its name: nothing when none of the indexes exists. */
export function readGroups(
  { by, measures }: UsageGrouping,
  aggregate: estypes.AggregationsAggregate | undefined,
): UsageGroup[] {
  const toGroup = (key: string, bucket: Bucket): UsageGroup => ({
    key,
    measures: Object.fromEntries(
      Object.entries(measures).map(([name, measure]) => [name, readMeasure(measure, bucket, bucket[name])]),
    ),
  });
  if (by === 'all') return [toGroup('', (aggregate as Bucket | undefined) ?? { doc_count: 0 })];
  const { buckets } = (aggregate as { buckets: KeyedBucket[] } | undefined) ?? { buckets: [] };
  return buckets.map((bucket) => toGroup(String(bucket.key_as_string ?? bucket.key), bucket));
}

export function compileFilter(filter: UsageFilter): estypes.QueryDslQueryContainer[] {
  const { time, withinIri, itemIri, itemPublic, userIsAuthenticated, actionLabels = {} } = filter;
  const terms = {
    within_iris: withinIri,
    item_iri: itemIri,
    item_public: itemPublic,
    user_is_authenticated: userIsAuthenticated,
  };
  return [
    ...(time?.start || time?.end
      ? [{ range: { timestamp: { gte: time.start?.toISOString(), lt: time.end?.toISOString() } } }]
      : []),
    ...Object.entries(terms).flatMap(([field, value]) => (value === undefined ? [] : [{ term: { [field]: value } }])),
    ...hasLabels(actionLabels),
  ];
}

function compileGrouping(
  grouping: UsageGrouping,
  cardinality: estypes.AggregationsCardinalityAggregation,
): Aggregation {
  const { by, measures, limit = MOST_GROUPS } = grouping;
  const aggs = Object.fromEntries(
    Object.entries(measures).flatMap(([name, measure]) => {
      const compiled = compileMeasure(measure, cardinality);
      return compiled ? [[name, compiled]] : [];
    }),
  );
  if (by === 'all') return { filter: { match_all: {} }, aggs };
  if ('time' in by) return { date_histogram: { ...timeBucket(by.time), field: 'timestamp', min_doc_count: 1 }, aggs };
  return { terms: { ...termsOf(by, limit), order: orderOf(grouping) }, aggs };
}

function termsOf(
  by: Exclude<UsageGroupBy, 'all' | { time: unknown }>,
  limit: number,
): estypes.AggregationsTermsAggregation {
  if ('withinIris' in by) return { field: 'within_iris', include: [...by.withinIris], size: atLeastOne(by.withinIris) };
  if (by.values) return { field: by.field, include: [...by.values], size: Math.min(limit, atLeastOne(by.values)) };
  return { field: by.field, size: limit, shard_size: Math.max(limit, GROUPS_PER_SHARD) };
}

function orderOf({ orderBy, measures }: UsageGrouping): estypes.AggregationsAggregateOrder {
  if (!orderBy) return { _key: 'asc' };
  const measure = measures[orderBy.measure];
  const isCount = measure && 'count' in measure && measure.count === 'usages' && !measure.where;
  return [{ [isCount ? '_count' : orderBy.measure]: 'desc' }, { _key: 'asc' }];
}

function timeBucket(time: 'day' | 'week' | 'month'): estypes.AggregationsDateHistogramAggregation {
  return { calendar_interval: time, format: 'yyyy-MM-dd' };
}

/** Undefined for the number of usages, which every bucket has by itself. */
function compileMeasure(
  measure: UsageMeasure,
  cardinality: estypes.AggregationsCardinalityAggregation,
): Aggregation | undefined {
  if ('mostCommon' in measure) {
    return {
      terms: {
        field: measure.mostCommon,
        size: 1,
        shard_size: VALUES_LIMIT * VALUES_LIMIT,
        order: [{ _count: 'desc' }, { _key: 'asc' }],
      },
    };
  }
  if ('values' in measure) return { terms: { field: measure.values, size: VALUES_LIMIT, order: { _key: 'asc' } } };
  if (!measure.where) return measure.count === 'usages' ? undefined : { cardinality };
  const filter = { bool: { filter: hasLabels(measure.where.actionLabels) } };
  return measure.count === 'usages' ? { filter } : { filter, aggs: { [INNER]: { cardinality } } };
}

function readMeasure(measure: UsageMeasure, bucket: Bucket, measured: unknown): UsageGroup['measures'][string] {
  if ('mostCommon' in measure) return keysOf(measured)[0] ?? null;
  if ('values' in measure) return keysOf(measured);
  if (!measure.where) return measure.count === 'usages' ? bucket.doc_count : valueOf(measured);
  const filtered = measured as Bucket | undefined;
  return measure.count === 'usages' ? (filtered?.doc_count ?? 0) : valueOf(filtered?.[INNER]);
}

function hasLabels({ allOf = [] }: LabelFilter): estypes.QueryDslQueryContainer[] {
  return allOf.map((label) => ({ term: { action_labels: label } }));
}

function keysOf(measured: unknown): string[] {
  const { buckets } = (measured as { buckets: { key: unknown }[] } | undefined) ?? { buckets: [] };
  return buckets.map(({ key }) => String(key));
}

function valueOf(measured: unknown): number {
  return (measured as { value: number } | undefined)?.value ?? 0;
}

/** Elasticsearch refuses a size of 0. */
function atLeastOne(values: readonly string[]): number {
  return Math.max(1, values.length);
}
