import type { Clock } from '../../time/clock.js';
import type { ItemUsageQuery } from '../monthly-usage-query.js';
import type { UsageGroup, UsageGroupBy } from '../usage-query.js';
import type { Cluster } from './client/cluster.js';
import { PointInTime } from './client/point-in-time.js';
import type { IndexNames } from './indexes/index-names.js';
import { compileCombinations, countsOf, FoundItem, readCombinations } from './item-usage-compiler.js';
import { type GroupSearch, planSearches } from './item-usage-searches.js';
import { compileSearch, readGroups } from './usage-query-compiler.js';

/** Each page reads all usages, so that a page is large. */
const COMBINATIONS_PER_PAGE = 30_000;
/** The limit of groups in memory. */
const GROUPS_PER_SLICE = 5_000;

/** Groups usages by item: pages through the items in the order of their IRIs, and counts the groups of many at a time. */
export class ElasticsearchItemUsageReader {
  constructor(
    private readonly cluster: Cluster,
    private readonly names: IndexNames,
    private readonly clock: Clock,
  ) {}

  /** Reads a consistent view. It fails, rather than returning incomplete counts, when an index is deleted meanwhile. */
  async *stream(query: ItemUsageQuery): AsyncIterable<UsageGroup> {
    const index = this.names.usagesWithin(query.where.time ?? {}, this.clock.now());
    const pit = await PointInTime.open(this.cluster, index);
    try {
      let slice: FoundItem[] = [];
      for await (const item of findItems(pit, query)) {
        slice.push(item);
        if (slice.length < GROUPS_PER_SLICE) continue;
        yield* await countSlice(pit, query, slice);
        slice = [];
      }
      yield* await countSlice(pit, query, slice);
    } finally {
      await pit.close();
    }
  }
}

/** The items that have usages, in the order of their IRIs. */
async function* findItems(pit: PointInTime, query: ItemUsageQuery): AsyncIterable<FoundItem> {
  let item: FoundItem | undefined;
  for (let after: Record<string, string | null> | undefined; ;) {
    const request = compileCombinations(query, { after, limit: COMBINATIONS_PER_PAGE });
    const combinations = readCombinations((await pit.aggregate(request))['combinations']);
    for (const combination of combinations) {
      if (item?.iri !== combination.values.iri) {
        if (item) yield item;
        item = new FoundItem(combination.values.iri);
      }
      item.add(combination);
    }
    // The next page may begin with the same item.
    if (combinations.length < COMBINATIONS_PER_PAGE) break;
    after = combinations.at(-1)?.values;
  }
  if (item) yield item;
}

/** The groups of the items, in their order. */
async function countSlice(pit: PointInTime, query: ItemUsageQuery, items: readonly FoundItem[]): Promise<UsageGroup[]> {
  const counted = new Map<string, UsageGroup>();
  for (const search of planSearches(items, countsOf(query))) {
    for (const group of await searchGroups(pit, query, search)) counted.set(group.key, group);
  }
  return items.map((item) => ({
    key: item.iri,
    measures: { ...counted.get(item.iri)?.measures, ...item.measure(query) },
  }));
}

async function searchGroups(
  pit: PointInTime,
  query: ItemUsageQuery,
  { iris: values, maxSessionHours }: GroupSearch,
): Promise<UsageGroup[]> {
  const by: UsageGroupBy = query.by === 'within_iris' ? { withinIris: values } : { field: query.by, values };
  const groups = { by, measures: countsOf(query) };
  const among = { field: query.by, values, maxSessionHours };
  const request = compileSearch({ where: query.where, groupings: { groups } }, among);
  return readGroups(groups, (await pit.aggregate(request))['groups']);
}
