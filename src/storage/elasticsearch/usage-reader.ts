import type { estypes } from '@elastic/elasticsearch';
import { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import type { Clock } from '../../time/clock.js';
import type { TimeRange } from '../../time/time-range.js';
import type { UsageFilter, UsageGroup, UsageGrouping, UsageQuery, UsageQueryResult } from '../usage-query.js';
import type { Cluster } from './cluster.js';
import { toRecord } from './documents.js';
import type { IndexNames } from './index-names.js';
import { readDocuments } from './point-in-time.js';
import type { UsageDocument } from './usage-document.js';
import { fieldOf, inParts, type NamedGroups, namesOf, only, type Page, pageOf } from './usage-groups.js';
import { compileFilter, compilePageKeys, compileSearch, readGroups, readPageKeys } from './usage-query-search.js';

const USAGES_PER_PAGE = 2_000;

/** Of indexes that are named although they need not exist. */
const mayBeMissing = { ignore_unavailable: true, allow_no_indices: true };

/** Reads usages: answers queries, each with one search unless it is about very many groups, and streams all of them. */
export class UsageReader {
  constructor(
    private readonly cluster: Cluster,
    private readonly names: IndexNames,
    private readonly clock: Clock,
  ) {}

  async answer({ where, groupings }: UsageQuery): Promise<UsageQueryResult> {
    const answer: Record<string, readonly UsageGroup[]> = {};
    const together: Record<string, UsageGrouping> = {};
    for (const [name, grouping] of Object.entries(groupings)) {
      const page = pageOf(grouping);
      const names = page ? await this.pageKeys(where, page) : namesOf(grouping);
      if (names) answer[name] = await this.countNamed(where, grouping, names);
      else together[name] = grouping;
    }
    if (Object.keys(together).length === 0) return answer;
    const aggregations = await this.aggregations(where, compileSearch({ where, groupings: together }));
    for (const [name, grouping] of Object.entries(together)) answer[name] = readGroups(grouping, aggregations[name]);
    return answer;
  }

  async *stream(range: TimeRange): AsyncIterable<CountedAuthUsage> {
    const index = this.names.usagesWithin(range, this.clock.now());
    await this.refresh(index);
    const query = { bool: { filter: compileFilter({ time: range }) } };
    const reading = { query, sort: ['timestamp'], pageSize: USAGES_PER_PAGE };
    for await (const document of readDocuments<UsageDocument>(this.cluster, index, reading)) {
      yield toRecord(CountedAuthUsage, document);
    }
  }

  async refresh(index: string | string[]): Promise<void> {
    await this.cluster.read((client) => client.indices.refresh({ index, ...mayBeMissing }));
  }

  private async pageKeys(where: UsageFilter, page: Page): Promise<string[]> {
    const { keys } = await this.aggregations(where, compilePageKeys(where, page));
    return readPageKeys(keys);
  }

  private async countNamed(
    where: UsageFilter,
    { by, measures }: UsageGrouping,
    names: readonly string[],
  ): Promise<UsageGroup[]> {
    const groups: UsageGroup[] = [];
    for (const values of inParts(names)) {
      const named = only(by as NamedGroups, values);
      const groupings = { part: { by: named, measures } };
      const search = compileSearch({ where, groupings }, { field: fieldOf(named), values });
      groups.push(...readGroups(groupings.part, (await this.aggregations(where, search))['part']));
    }
    return groups;
  }

  private async aggregations(
    { time = {} }: UsageFilter,
    search: estypes.SearchRequest,
  ): Promise<Record<string, estypes.AggregationsAggregate>> {
    const index = this.names.usagesWithin(time, this.clock.now());
    const { aggregations = {} } = await this.cluster.read((client) =>
      client.search<unknown, Record<string, estypes.AggregationsAggregate>>({ index, ...mayBeMissing, ...search }),
    );
    return aggregations;
  }
}
