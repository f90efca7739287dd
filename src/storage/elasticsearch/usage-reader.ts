import type { estypes } from '@elastic/elasticsearch';
import type { Clock } from '../../time/clock.js';
import type { TimeRange } from '../../time/time-range.js';
import { CountedAuthUsage } from '../../usage-events/counted-auth-usage.js';
import type { UsageAnswer, UsageQuery } from '../usage-query.js';
import type { Cluster } from './cluster.js';
import { toRecord } from './documents.js';
import type { IndexNames } from './index-names.js';
import { PointInTime } from './point-in-time.js';
import type { UsageDocument } from './usage-document.js';
import { compileFilter, compileSearch, isPage, readGroups } from './usage-query-search.js';

const USAGES_PER_PAGE = 2_000;

/** Of indexes that are named although they need not exist. */
const mayBeMissing = { ignore_unavailable: true, allow_no_indices: true };

/** Reads usages: answers queries, each with one search, and streams all of them. */
export class UsageReader {
  constructor(
    private readonly cluster: Cluster,
    private readonly names: IndexNames,
    private readonly clock: Clock,
  ) {}

  async answer(query: UsageQuery): Promise<UsageAnswer> {
    const index = this.names.usagesWithin(query.where.time ?? {}, this.clock.now());
    const isFirstPage = Object.values(query.groupings).some((each) => isPage(each) && each.after === undefined);
    // A report counts what was recorded until the moment in which it is made, not until a second before.
    if (isFirstPage) await this.refresh(index);
    const { aggregations = {} } = await this.cluster.read((client) =>
      client.search({ index, ...mayBeMissing, ...compileSearch(query) }),
    );
    return Object.fromEntries(
      Object.entries(query.groupings).map(([name, grouping]) => [name, readGroups(grouping, aggregations[name])]),
    );
  }

  async *stream(range: TimeRange): AsyncIterable<CountedAuthUsage> {
    const index = this.names.usagesWithin(range, this.clock.now());
    await this.refresh(index);
    const pit = await PointInTime.open(this.cluster, index);
    try {
      let after: estypes.SortResults | undefined;
      for (;;) {
        const hits = await pit.search<UsageDocument>({
          query: { bool: { filter: compileFilter({ time: range }) } },
          sort: ['timestamp', '_shard_doc'],
          size: USAGES_PER_PAGE,
          search_after: after,
        });
        for (const { _source } of hits) yield toRecord(CountedAuthUsage, _source as UsageDocument);
        after = hits.at(-1)?.sort;
        if (hits.length < USAGES_PER_PAGE) return;
      }
    } finally {
      await pit.close();
    }
  }

  private async refresh(index: string[]): Promise<void> {
    await this.cluster.read((client) => client.indices.refresh({ index, ...mayBeMissing }));
  }
}
