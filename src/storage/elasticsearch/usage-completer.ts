import type { Clock } from '../../time/clock.js';
import type { TimeRange } from '../../time/time-range.js';
import type { ItemCompletion } from '../usage-writes.js';
import type { Cluster } from './client/cluster.js';
import type { IndexNames } from './indexes/index-names.js';
import { compileFilter } from './usage-query-compiler.js';

const SET_FIELDS = 'for (field in params.entrySet()) { ctx._source[field.getKey()] = field.getValue() }';

/** Completes usages that were recorded of unknown items. */
export class UsageCompleter {
  constructor(
    private readonly cluster: Cluster,
    private readonly names: IndexNames,
    private readonly clock: Clock,
  ) {}

  /** Usages that a concurrent write changes meanwhile are completed in another round. @returns the number of usages */
  async complete(time: TimeRange, { recordedOsfid, fields }: ItemCompletion): Promise<number> {
    const index = this.names.usagesWithin(time, this.clock.now());
    const query = {
      bool: { filter: [...compileFilter({ time, unknownItem: true }), { term: { item_osfid: recordedOsfid } }] },
    };
    for (let completed = 0; ;) {
      const { updated = 0, version_conflicts: conflicts = 0 } = await this.cluster.write((client) =>
        client.updateByQuery({
          index,
          ignore_unavailable: true,
          allow_no_indices: true,
          conflicts: 'proceed',
          refresh: true,
          query,
          script: { lang: 'painless', source: SET_FIELDS, params: { ...fields } },
        }),
      );
      completed += updated;
      if (conflicts === 0) return completed;
    }
  }
}
