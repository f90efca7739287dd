import { Run } from '../../model/run.js';
import type { RunFilter } from '../metrics.repository.js';
import type { Cluster } from './client/cluster.js';
import { RECORD_KEY } from './indexes/index-templates.js';
import { RecordIndex } from './record-index.js';

/** Elasticsearch's `max_result_window`: the limit of hits in one search. */
const MAX_RUNS = 10_000;

/** Runs of reporters, one document each. */
export class RunIndex {
  private readonly records: RecordIndex<Run>;

  constructor(cluster: Cluster, name: string) {
    this.records = new RecordIndex(cluster, Run, name);
  }

  async save(run: Run): Promise<void> {
    await this.records.save(new Map([[run.id, run]]));
  }

  async find({ limit = MAX_RUNS, ...fields }: RunFilter): Promise<Run[]> {
    const conditions = Object.entries(fields).filter(([, value]) => value !== undefined);
    return await this.records.search({
      query: { bool: { filter: conditions.map(([field, value]) => ({ term: { [field]: value } })) } },
      sort: [{ started_at: 'desc' }, { [RECORD_KEY]: 'asc' }],
      size: limit,
    });
  }
}
