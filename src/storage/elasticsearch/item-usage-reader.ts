import type { Clock } from '../../time/clock.js';
import type { ItemUsageQuery } from '../monthly-usage-query.js';
import type { UsageGroup, UsageGroupBy } from '../usage-query.js';
import type { Cluster } from './client/cluster.js';
import { PointInTime } from './client/point-in-time.js';
import type { IndexNames } from './indexes/index-names.js';
import { type GroupSearch, planSearches } from './item-usage-searches.js';
import { compilePageKeys, compileSearch, type CountedKey, readGroups, readPageKeys } from './usage-query-compiler.js';

/** Each page of keys reads all usages, so that a page is large. */
const KEYS_PER_PAGE = 30_000;
/** The limit of groups in memory. */
const GROUPS_PER_SLICE = 5_000;

/** Groups usages by item: reads pages of keys in order, and then counts the groups of a page with a few searches. */
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
      for (let after: string | undefined; ;) {
        const page = { field: query.by, after, limit: KEYS_PER_PAGE };
        const keys = readPageKeys((await pit.aggregate(compilePageKeys(query.where, page)))['keys']);
        for (let first = 0; first < keys.length; first += GROUPS_PER_SLICE) {
          yield* await readSlice(pit, query, keys.slice(first, first + GROUPS_PER_SLICE));
        }
        if (keys.length < KEYS_PER_PAGE) return;
        after = keys.at(-1)?.key;
      }
    } finally {
      await pit.close();
    }
  }
}

/** The groups of the keys, in the order of the keys. */
async function readSlice(pit: PointInTime, query: ItemUsageQuery, keys: readonly CountedKey[]): Promise<UsageGroup[]> {
  const groups = new Map<string, UsageGroup>();
  for (const search of planSearches(keys, query.measures)) {
    for (const group of await searchGroups(pit, query, search)) groups.set(group.key, group);
  }
  return keys.flatMap(({ key }) => groups.get(key) ?? []);
}

async function searchGroups(
  pit: PointInTime,
  { where, by: field, measures }: ItemUsageQuery,
  { keys: values, maxSessionHours }: GroupSearch,
): Promise<UsageGroup[]> {
  const by: UsageGroupBy = field === 'within_iris' ? { withinIris: values } : { field, values };
  const groups = { by, measures };
  const request = compileSearch({ where, groupings: { groups } }, { field, values, maxSessionHours });
  return readGroups(groups, (await pit.aggregate(request))['groups']);
}
