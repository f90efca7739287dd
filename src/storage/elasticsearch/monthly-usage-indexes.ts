import type { estypes } from '@elastic/elasticsearch';
import { fieldsOf } from '../../fields/field-declaration.js';
import { toRecord } from '../../fields/to-record.js';
import { MonthlyItemUsage, UsageCounts } from '../../model/monthly-item-usage.js';
import { shortHash } from '../../model/short-hash.js';
import type { YearMonth } from '../../time/year-month.js';
import type { MonthlyCounts, MonthlyUsageFilter, MonthlyUsagePage } from '../monthly-usage-query.js';
import { bulk } from './client/bulk.js';
import type { Cluster } from './client/cluster.js';
import type { IndexNames } from './indexes/index-names.js';
import { requireDone, saveRecords } from './records.js';
import { chunkKeys } from './usage-grouping.js';

const RECORDS_PER_SEARCH = 2_000;
/** More than `IRIS_PER_SEARCH`, so that the sums of given items take one search each. */
const SUMS_PER_SEARCH = 5_000;
/** Well below Elasticsearch's `max_terms_count`. */
const IRIS_PER_SEARCH = 4_000;
/** Elasticsearch's `max_result_window`: more than the months of any item. */
const MAX_MONTHS = 10_000;
/** Sorts after every month. */
const AFTER_LAST_MONTH = '~';

const ORDER: estypes.SortCombinations[] = [{ item_iri: 'asc' }, { month: 'asc' }];
const COUNT_NAMES = fieldsOf(UsageCounts).map(({ name }) => name as keyof UsageCounts);

interface SumBucket extends Record<keyof UsageCounts, { readonly value: number }> {
  readonly key: { readonly item_iri: string };
}

interface Sums {
  readonly items: { readonly buckets: readonly SumBucket[] };
}

/** The monthly aggregate: a document for each month and item, in one index per year. */
export class MonthlyUsageIndexes {
  constructor(
    private readonly cluster: Cluster,
    private readonly names: IndexNames,
  ) {}

  async save(records: readonly MonthlyItemUsage[]): Promise<void> {
    await saveRecords(
      this.cluster,
      records.map((record) => ({ ...this.addressOf(record.month, record.item_iri), record })),
    );
  }

  async remove(month: YearMonth, itemIris: readonly string[]): Promise<void> {
    const deletions = itemIris.map((iri) => ({ ...this.addressOf(month, iri), version: 'any' as const }));
    requireDone(await bulk(this.cluster, deletions, { refresh: true }));
  }

  async find({ afterItemIri, limit = Infinity, ...filter }: MonthlyUsagePage): Promise<MonthlyItemUsage[]> {
    const after = afterItemIri === undefined ? undefined : [afterItemIri, AFTER_LAST_MONTH];
    const found: MonthlyItemUsage[] = [];
    for (const query of compileChunks(filter)) {
      let search_after: estypes.SortResults | undefined = after;
      while (found.length < limit) {
        const size = Math.min(limit - found.length, RECORDS_PER_SEARCH);
        const { hits } = (await this.search<never>(filter, { query, sort: ORDER, search_after, size })).hits;
        found.push(...hits.flatMap(({ _source }) => (_source ? [toRecord(MonthlyItemUsage, _source)] : [])));
        if (hits.length < size) break;
        search_after = hits.at(-1)?.sort;
      }
    }
    return found;
  }

  async findCounts(itemIri: string): Promise<MonthlyCounts[]> {
    const query = { term: { item_iri: itemIri } };
    const _source = ['month', 'total', 'imported', 'opening'] satisfies (keyof MonthlyCounts)[];
    const size = MAX_MONTHS;
    const { hits } = (await this.search<never>({}, { query, sort: ORDER, size, _source })).hits;
    return hits.flatMap(({ _source }) => (_source ? [toRecord(MonthlyItemUsage, _source)] : []));
  }

  async sum(filter: MonthlyUsageFilter): Promise<Map<string, UsageCounts>> {
    const sums = new Map<string, UsageCounts>();
    const aggs = Object.fromEntries(COUNT_NAMES.map((name) => [name, { sum: { field: `total.${name}` } }]));
    const sources = [{ item_iri: { terms: { field: 'item_iri' } } }];
    for (const query of compileChunks(filter)) {
      for (let after: SumBucket['key'] | undefined; ;) {
        const items = { composite: { sources, size: SUMS_PER_SEARCH, after: after && { ...after } }, aggs };
        const { aggregations } = await this.search<Sums>(filter, { query, aggs: { items }, size: 0 });
        const buckets = aggregations?.items.buckets ?? [];
        for (const bucket of buckets) sums.set(bucket.key.item_iri, toCounts(bucket));
        if (buckets.length < SUMS_PER_SEARCH) break;
        after = buckets.at(-1)?.key;
      }
    }
    return sums;
  }

  private async search<Aggregations>(
    { month }: MonthlyUsageFilter,
    request: estypes.SearchRequest,
  ): Promise<estypes.SearchResponse<object, Aggregations>> {
    return await this.cluster.read((client) =>
      client.search<object, Aggregations>({
        index: month ? this.names.monthlyUsageOf(month) : this.names.allMonthlyUsage,
        ignore_unavailable: true,
        allow_no_indices: true,
        allow_partial_search_results: false,
        track_total_hits: false,
        ...request,
      }),
    );
  }

  private addressOf(month: YearMonth, itemIri: string): { index: string; id: string } {
    return { index: this.names.monthlyUsageOf(month), id: shortHash(`${month.toString()} ${itemIri}`) };
  }
}

/** One query for each chunk of the items, in the order of their IRIs; one query when the filter names no items. */
function compileChunks({ itemIris, month, until, isImported, hasOpening }: MonthlyUsageFilter) {
  const conditions: estypes.QueryDslQueryContainer[] = [
    ...(month ? [{ term: { month: month.toString() } }] : []),
    ...(until ? [{ range: { month: { lte: until.toString() } } }] : []),
    ...(isImported ? [{ exists: { field: 'imported.view_count' } }] : []),
    ...(hasOpening ? [{ exists: { field: 'opening.view_count' } }] : []),
  ];
  if (!itemIris) return [{ bool: { filter: conditions } }];
  return chunkKeys(itemIris, IRIS_PER_SEARCH).map((item_iri) => ({
    bool: { filter: [...conditions, { terms: { item_iri } }] },
  }));
}

function toCounts(bucket: SumBucket): UsageCounts {
  return Object.assign(
    new UsageCounts(),
    Object.fromEntries(COUNT_NAMES.map((name) => [name, Math.round(bucket[name].value)])),
  );
}
