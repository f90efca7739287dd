import type { estypes } from '@elastic/elasticsearch';
import type { TimeBucket } from '../../time/periods.js';
import type { PublicUsageFilter, UsageSumKey } from '../usage-sum-query.js';
import { AGGREGATIONS_ONLY, compileTimeRange } from './usage-query-compiler.js';

type Aggregations = Record<string, estypes.AggregationsAggregationContainer>;
type Query = estypes.QueryDslQueryContainer;

/** A search for groups with measures of each. */
export interface SumSearch {
  readonly filter: PublicUsageFilter;
  readonly by: UsageSumKey;
  readonly bucket?: TimeBucket;
  /** The keys of the groups; required unless `by` is `all`. */
  readonly keys?: readonly string[];
  readonly measures: Aggregations;
}

/** The item and session-hour of a usage as one value. */
const ITEM_SESSION = 'item_session';
const ITEM_SESSION_SCRIPT = `
  if (doc.containsKey('sessionhour_id') && doc['sessionhour_id'].size() > 0 && doc['item_iri'].size() > 0) {
    emit(doc['item_iri'].value + ' ' + doc['sessionhour_id'].value);
  }`;

const IS_VIEW: Query = { term: { action_labels: 'view' } };
const IS_DOWNLOAD: Query = { term: { action_labels: 'download' } };

/** The name of the aggregation inside a filter. */
export const FILTERED = 'filtered';
export const NO_BUCKETS = 'all';
/** The names of the aggregations by time: of usages, and of monthly records. */
export const TIME_BUCKETS = ['times', 'months'] as const;

const MAX_MONTHS = 1_200;

/** The counts that add up. A usage counts 1; a monthly record counts what it says. */
export const COUNTS: Aggregations = {
  view_count: countOf('view_count', IS_VIEW),
  view_session_count: { sum: { field: 'total.view_session_count' } },
  download_count: countOf('download_count', IS_DOWNLOAD),
  download_session_count: { sum: { field: 'total.download_session_count' } },
};

/** The distinct counts: sessions of usages, and items of usages and monthly records. @param maxCount no count is higher */
export function distinctCounts(by: UsageSumKey, maxCount: number, omitsItemCount: boolean): Aggregations {
  const exactUpTo = { precision_threshold: maxCount, execution_hint: 'direct' } as const;
  const sessions = { cardinality: { field: by === 'item_iri' ? 'sessionhour_id' : ITEM_SESSION, ...exactUpTo } };
  return {
    view_session_count: { filter: IS_VIEW, aggs: { [FILTERED]: sessions } },
    download_session_count: { filter: IS_DOWNLOAD, aggs: { [FILTERED]: sessions } },
    ...(omitsItemCount ? {} : { item_count: { cardinality: { field: 'item_iri', ...exactUpTo } } }),
  };
}

/** Compiles to a search of usage indexes and monthly usage indexes, without their names. */
export function compileSumSearch(search: SumSearch): estypes.SearchRequest {
  const { filter, by, keys = [] } = search;
  const aggs = compileBuckets(search);
  const groups =
    by === 'all' ? { filter: { match_all: {} } } : { terms: { field: by, include: [...keys], size: keys.length } };
  return {
    ...AGGREGATIONS_ONLY,
    query: compilePublicUsage(filter),
    aggs: { groups: { ...groups, aggs } },
    // Evaluated only by the distinct counts that use it.
    runtime_mappings: { [ITEM_SESSION]: { type: 'keyword', script: { source: ITEM_SESSION_SCRIPT } } },
  };
}

/** Usages of the times, and monthly records of the months, of items that were viewed or downloaded. */
export function compilePublicUsage({
  months,
  times,
  providers,
  itemTypes,
  itemIris,
}: PublicUsageFilter): estypes.QueryDslQueryContainer {
  const hasCount = (name: string): Query => ({ range: { [`total.${name}`]: { gt: 0 } } });
  const fields = { provider_id: providers, item_type: itemTypes, item_iri: itemIris };
  const usages: Query[] = [
    anyOf(times.map((time) => ({ bool: { filter: compileTimeRange(time) } }))),
    { term: { item_public: true } },
    anyOf([IS_VIEW, IS_DOWNLOAD]),
  ];
  const records: Query[] = [
    { terms: { month: months.map((month) => month.toString()) } },
    anyOf([hasCount('view_count'), hasCount('download_count')]),
  ];
  const source = anyOf([
    ...(times.length === 0 ? [] : [{ bool: { filter: usages } }]),
    ...(months.length === 0 ? [] : [{ bool: { filter: records } }]),
  ]);
  const restrictions = Object.entries(fields).flatMap(([field, values]) =>
    values ? [{ terms: { [field]: [...values] } }] : [],
  );
  return { bool: { filter: [source, { exists: { field: 'item_iri' } }, ...restrictions] } };
}

/** The measure of `COUNTS` by which groups are ordered, as the path of an aggregation. */
export function orderOf(name: 'view_count' | 'download_count'): estypes.AggregationsAggregateOrder {
  return [{ [`${name}>${FILTERED}`]: 'desc' }, { _key: 'asc' }];
}

function compileBuckets({ bucket, measures }: SumSearch): Aggregations {
  if (!bucket) return { [NO_BUCKETS]: { filter: { match_all: {} }, aggs: measures } };
  const [times, months] = TIME_BUCKETS;
  const buckets = { field: 'timestamp', calendar_interval: bucket, format: 'yyyy-MM-dd', min_doc_count: 1 };
  return {
    [times]: { date_histogram: buckets, aggs: measures },
    [months]: { terms: { field: 'month', size: MAX_MONTHS }, aggs: measures },
  };
}

function countOf(name: string, isCounted: Query): estypes.AggregationsAggregationContainer {
  const field = `total.${name}`;
  return { filter: anyOf([isCounted, { exists: { field } }]), aggs: { [FILTERED]: { sum: { field, missing: 1 } } } };
}

/** Unlike an empty `should`, this matches nothing without alternatives. */
function anyOf(alternatives: readonly Query[]): Query {
  return { bool: { should: [...alternatives], minimum_should_match: 1 } };
}
