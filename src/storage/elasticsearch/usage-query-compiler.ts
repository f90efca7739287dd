import type { estypes } from '@elastic/elasticsearch';
import type { ActionLabel } from '../../model/counted-auth-usage.js';
import type { TimeRange } from '../../time/time-range.js';
import type { LabelFilter, UsageFilter, UsageGroup, UsageGrouping, UsageMeasure, UsageQuery } from '../usage-query.js';
import type { KeyedGroups, Page } from './usage-grouping.js';

/** The highest precision that Elasticsearch allows: counts are exact up to about 40,000 distinct values. */
export const MAX_PRECISION_THRESHOLD = 40_000;

const SESSION_HOURS: estypes.AggregationsCardinalityAggregation = {
  field: 'sessionhour_id',
  precision_threshold: MAX_PRECISION_THRESHOLD,
  // The default may allocate one bit for every session-hour of the index in each group.
  execution_hint: 'save_memory_heuristic',
};
/** For many groups: the default execution allocates one bit for every session-hour of the index in each group. */
const SESSION_HOURS_IN_MANY_GROUPS = { ...SESSION_HOURS, execution_hint: 'direct' } as const;
/** The limit of a grouping without one: just below Elasticsearch's `search.max_buckets`. */
export const MAX_GROUPS = 65_000;
/** Each shard returns more groups than requested, so that the overall top groups are among them. */
const GROUPS_PER_SHARD = 5_000;
export const MAX_VALUES = 10;
/** The name of the aggregation inside a measure's filter. */
const FILTERED = 'filtered';

/** The condition `unknownItem` of a filter. */
const UNKNOWN_ITEM: readonly estypes.QueryDslQueryContainer[] = [
  { exists: { field: 'item_osfid' } },
  { term: { item_public: false } },
  { bool: { must_not: { exists: { field: 'item_type' } } } },
];

type Aggregation = estypes.AggregationsAggregationContainer;
type Bucket = Record<string, unknown> & { doc_count: number };
type KeyedBucket = Bucket & { key: unknown; key_as_string?: string };

export const AGGREGATIONS_ONLY = {
  size: 0,
  track_total_hits: false,
  // Fail rather than return incomplete counts while a shard is unavailable.
  allow_partial_search_results: false,
};

/** Restricts a search to usages with one of these values, for groupings by that field with many groups. */
interface ManyGroups {
  readonly field: string;
  readonly values: readonly string[];
  /** No group has more session-hours than this. A lower number saves memory. */
  readonly maxSessionHours?: number;
}

/** Compiles a query to one search, without the indexes to search. */
export function compileSearch({ where, groupings }: UsageQuery, among?: ManyGroups): estypes.SearchRequest {
  const filter = compileFilter(where);
  const cardinality = among ? compileManyCardinalities(among) : SESSION_HOURS;
  if (among) filter.push({ terms: { [among.field]: [...among.values] } });
  return {
    ...AGGREGATIONS_ONLY,
    query: { bool: { filter } },
    aggs: Object.fromEntries(
      Object.entries(groupings).map(([name, grouping]) => [name, compileGrouping(grouping, cardinality)]),
    ),
  };
}

function compileManyCardinalities({ maxSessionHours = MAX_PRECISION_THRESHOLD }: ManyGroups) {
  return { ...SESSION_HOURS_IN_MANY_GROUPS, precision_threshold: Math.min(maxSessionHours, MAX_PRECISION_THRESHOLD) };
}

/** Compiles a search for the keys of a page of groups. */
export function compilePageKeys(where: UsageFilter, { field, after, limit }: Page): estypes.SearchRequest {
  const filter = compileFilter(where);
  if (after !== undefined) filter.push({ range: { [field]: { gt: after } } });
  const sources = [{ key: { terms: { field } } }];
  return { ...AGGREGATIONS_ONLY, query: { bool: { filter } }, aggs: { keys: { composite: { sources, size: limit } } } };
}

export function readPageKeys(aggregate: estypes.AggregationsAggregate | undefined): string[] {
  const { buckets } = (aggregate as { buckets: { key: { key: string } }[] } | undefined) ?? { buckets: [] };
  return buckets.map(({ key }) => key.key);
}

/** @param aggregate the aggregation of the grouping in the response; undefined when none of the indexes exists */
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

/** The conditions for the usages that the filter selects. */
export function compileFilter(filter: UsageFilter): estypes.QueryDslQueryContainer[] {
  const { time, withinIri, itemIri, itemPublic, providers, itemTypes, unknownItem, userIsAuthenticated } = filter;
  const terms = {
    within_iris: withinIri,
    item_iri: itemIri,
    item_public: itemPublic,
    user_is_authenticated: userIsAuthenticated,
  };
  return [
    ...compileTimeRange(time ?? {}),
    ...Object.entries(terms).flatMap(([field, value]) => (value === undefined ? [] : [{ term: { [field]: value } }])),
    ...Object.entries({ provider_id: providers, item_type: itemTypes }).flatMap(([field, values]) =>
      values ? [{ terms: { [field]: [...values] } }] : [],
    ),
    ...(unknownItem ? UNKNOWN_ITEM : []),
    ...compileLabels(filter.actionLabels ?? {}),
  ];
}

/** @returns the conditions for usages of the time range */
export function compileTimeRange({ start, end }: TimeRange): estypes.QueryDslQueryContainer[] {
  if (!start && !end) return [];
  return [{ range: { timestamp: { gte: start?.toISOString(), lt: end?.toISOString() } } }];
}

function compileGrouping(
  grouping: UsageGrouping,
  cardinality: estypes.AggregationsCardinalityAggregation,
): Aggregation {
  const { by, measures, limit = MAX_GROUPS } = grouping;
  const aggs = Object.fromEntries(
    Object.entries(measures).flatMap(([name, measure]) => {
      const compiled = compileMeasure(measure, cardinality);
      return compiled ? [[name, compiled]] : [];
    }),
  );
  if (by === 'all') return { filter: { match_all: {} }, aggs };
  if ('time' in by) {
    const buckets = { field: 'timestamp', calendar_interval: by.time, format: 'yyyy-MM-dd', min_doc_count: 1 };
    return { date_histogram: buckets, aggs };
  }
  return { terms: { ...compileTerms(by, limit), order: compileOrder(grouping) }, aggs };
}

function compileTerms(by: KeyedGroups, limit: number): estypes.AggregationsTermsAggregation {
  if ('withinIris' in by) return { field: 'within_iris', include: [...by.withinIris], size: atLeastOne(by.withinIris) };
  if (by.values) return { field: by.field, include: [...by.values], size: Math.min(limit, atLeastOne(by.values)) };
  return { field: by.field, size: limit, shard_size: Math.max(limit, GROUPS_PER_SHARD) };
}

function compileOrder({ orderBy, measures }: UsageGrouping): estypes.AggregationsAggregateOrder {
  if (!orderBy) return { _key: 'asc' };
  const measure = measures[orderBy.measure];
  const isCount = measure && 'count' in measure && measure.count === 'usages' && !measure.where;
  return [{ [isCount ? '_count' : orderBy.measure]: 'desc' }, { _key: 'asc' }];
}

/** @returns undefined for the number of usages, which every bucket includes as `doc_count` */
function compileMeasure(
  measure: UsageMeasure,
  cardinality: estypes.AggregationsCardinalityAggregation,
): Aggregation | undefined {
  if ('mostCommon' in measure) {
    return {
      terms: {
        field: measure.mostCommon,
        size: 1,
        shard_size: MAX_VALUES * MAX_VALUES,
        order: [{ _count: 'desc' }, { _key: 'asc' }],
      },
    };
  }
  if ('values' in measure) return { terms: { field: measure.values, size: MAX_VALUES, order: { _key: 'asc' } } };
  if (!measure.where) return measure.count === 'usages' ? undefined : { cardinality };
  const filter = { bool: { filter: compileFilter(measure.where) } };
  return measure.count === 'usages' ? { filter } : { filter, aggs: { [FILTERED]: { cardinality } } };
}

function readMeasure(measure: UsageMeasure, bucket: Bucket, result: unknown): UsageGroup['measures'][string] {
  if ('mostCommon' in measure) return keysOf(result)[0] ?? null;
  if ('values' in measure) return keysOf(result);
  if (!measure.where) return measure.count === 'usages' ? bucket.doc_count : valueOf(result);
  const filtered = result as Bucket | undefined;
  return measure.count === 'usages' ? (filtered?.doc_count ?? 0) : valueOf(filtered?.[FILTERED]);
}

function compileLabels({ allOf = [], anyOf, noneOf = [] }: LabelFilter): estypes.QueryDslQueryContainer[] {
  const has = (label: ActionLabel): estypes.QueryDslQueryContainer => ({ term: { action_labels: label } });
  return [
    ...allOf.map(has),
    // Unlike an empty `should`, an empty `terms` matches nothing, as an empty `anyOf` must.
    ...(anyOf ? [{ terms: { action_labels: [...anyOf] } }] : []),
    ...(noneOf.length > 0 ? [{ bool: { must_not: noneOf.map(has) } }] : []),
  ];
}

function keysOf(result: unknown): string[] {
  const { buckets } = (result as { buckets: { key: unknown }[] } | undefined) ?? { buckets: [] };
  return buckets.map(({ key }) => String(key));
}

function valueOf(result: unknown): number {
  return (result as { value: number } | undefined)?.value ?? 0;
}

/** Elasticsearch rejects a size of 0. */
function atLeastOne(values: readonly string[]): number {
  return Math.max(1, values.length);
}
