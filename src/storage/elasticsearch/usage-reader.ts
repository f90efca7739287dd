import type { estypes } from '@elastic/elasticsearch';
import { toRecord } from '../../fields/to-record.js';
import { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import type { Clock } from '../../time/clock.js';
import type { TimeRange } from '../../time/time-range.js';
import type { UsageFilter, UsageGroup, UsageGrouping, UsageQuery, UsageQueryResult } from '../usage-query.js';
import type { Cluster } from './client/cluster.js';
import { streamDocuments } from './client/point-in-time.js';
import type { IndexNames } from './indexes/index-names.js';
import type { UsageDocument } from './indexes/usage-document.js';
import {
  chunkKeys,
  fieldOf,
  type KeyedGroups,
  listedKeysOf,
  type Page,
  pageOf,
  partsOf,
  rankingOf,
  restrictToKeys,
} from './usage-grouping.js';
import { compilePageKeys, compileSearch, compileTimeRange, readGroups, readPageKeys } from './usage-query-compiler.js';

const USAGES_PER_PAGE = 2_000;

/** The names of indexes are computed from a time range, so some may not exist. */
const ALLOW_MISSING = { ignore_unavailable: true, allow_no_indices: true };

/**
 * Runs usage queries, and streams usages. A query is one search unless a grouping can have many groups: what is computed
 * for each group takes memory of the cluster, so that further searches compute it for a limited number of groups each.
 */
export class ElasticsearchUsageReader {
  constructor(
    private readonly cluster: Cluster,
    private readonly names: IndexNames,
    private readonly clock: Clock,
  ) {}

  async query({ where, groupings }: UsageQuery): Promise<UsageQueryResult> {
    const result: Record<string, readonly UsageGroup[]> = {};
    const combined: Record<string, UsageGrouping> = {};
    for (const [name, grouping] of Object.entries(groupings)) {
      const page = pageOf(grouping);
      const keys = page ? await this.readPageKeys(where, page) : listedKeysOf(grouping);
      const parts = partsOf(grouping, where.time);
      if (keys) result[name] = await this.readGroupsByKey(where, grouping, keys);
      else if (parts) result[name] = await this.readGroupsByTime(where, grouping, parts);
      else combined[name] = rankingOf(grouping) ?? grouping;
    }
    if (Object.keys(combined).length === 0) return result;
    const aggregations = await this.aggregate(where, compileSearch({ where, groupings: combined }));
    const groupsOf = async (name: string, read: UsageGrouping): Promise<readonly UsageGroup[]> => {
      const groups = readGroups(read, aggregations[name]);
      const grouping = groupings[name] as UsageGrouping;
      return read === grouping ? groups : await this.readRankedGroups(where, grouping, groups);
    };
    const read = Object.entries(combined).map(async ([name, each]) => [name, await groupsOf(name, each)] as const);
    return { ...result, ...Object.fromEntries(await Promise.all(read)) };
  }

  async *stream(range: TimeRange): AsyncIterable<CountedAuthUsage> {
    const index = this.names.usagesWithin(range, this.clock.now());
    await this.refresh(index);
    const query = { bool: { filter: compileTimeRange(range) } };
    const options = { query, sort: ['timestamp'], pageSize: USAGES_PER_PAGE };
    for await (const document of streamDocuments<UsageDocument>(this.cluster, index, options)) {
      yield toRecord(CountedAuthUsage, document);
    }
  }

  async refresh(index: string | string[]): Promise<void> {
    await this.cluster.read((client) => client.indices.refresh({ index, ...ALLOW_MISSING }));
  }

  private async readPageKeys(where: UsageFilter, page: Page): Promise<string[]> {
    const { keys } = await this.aggregate(where, compilePageKeys(where, page));
    return readPageKeys(keys);
  }

  private async readGroupsByKey(
    where: UsageFilter,
    { by, measures }: UsageGrouping,
    keys: readonly string[],
  ): Promise<UsageGroup[]> {
    const groups: UsageGroup[] = [];
    for (const values of chunkKeys(keys)) {
      const chunk = { by: restrictToKeys(by as KeyedGroups, values), measures };
      const search = compileSearch({ where, groupings: { chunk } }, { field: fieldOf(chunk.by), values });
      groups.push(...readGroups(chunk, (await this.aggregate(where, search))['chunk']));
    }
    return groups;
  }

  private async readGroupsByTime(
    where: UsageFilter,
    grouping: UsageGrouping,
    parts: readonly TimeRange[],
  ): Promise<UsageGroup[]> {
    const groups: UsageGroup[] = [];
    for (const time of parts) {
      const part = { ...where, time };
      const { all } = await this.aggregate(part, compileSearch({ where: part, groupings: { all: grouping } }));
      groups.push(...readGroups(grouping, all));
    }
    return groups;
  }

  /** Reads the measures of groups whose keys and order are known. */
  private async readRankedGroups(
    where: UsageFilter,
    grouping: UsageGrouping,
    ranking: readonly UsageGroup[],
  ): Promise<UsageGroup[]> {
    const keys = ranking.map(({ key }) => key);
    const groups = new Map((await this.readGroupsByKey(where, grouping, keys)).map((group) => [group.key, group]));
    return keys.flatMap((key) => groups.get(key) ?? []);
  }

  private async aggregate(
    { time = {} }: UsageFilter,
    search: estypes.SearchRequest,
  ): Promise<Record<string, estypes.AggregationsAggregate>> {
    const index = this.names.usagesWithin(time, this.clock.now());
    const { aggregations = {} } = await this.cluster.read((client) =>
      client.search<unknown, Record<string, estypes.AggregationsAggregate>>({
        index,
        ...ALLOW_MISSING,
        ...search,
        request_cache: true,
      }),
    );
    return aggregations;
  }
}
