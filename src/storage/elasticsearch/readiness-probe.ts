import { CalendarDate } from '../../time/calendar-date.js';
import type { Clock } from '../../time/clock.js';
import { StoreUnavailableError } from '../metrics.repository.js';
import { newSessionKey } from '../new-session-key.js';
import { isUnavailable, sendBulk } from './client/bulk.js';
import type { Cluster } from './client/cluster.js';
import type { IndexNames } from './indexes/index-names.js';
import type { SessionKeyIndexes } from './session-key-indexes.js';

/** A version that no document has: the write fails with a conflict, and only if nothing else is in its way. */
const NO_VERSION = { seqNo: 0, primaryTerm: Number.MAX_SAFE_INTEGER };

/** Does what recording a usage and answering a query need, without storing a usage. */
export class ReadinessProbe {
  constructor(
    private readonly cluster: Cluster,
    private readonly names: IndexNames,
    private readonly sessionKeys: SessionKeyIndexes,
    private readonly clock: Clock,
  ) {}

  /** @throws StoreUnavailableError */
  async check(): Promise<void> {
    const now = this.clock.now();
    await this.checkShards();
    await Promise.all([
      this.sessionKeys.findOrSave(newSessionKey(CalendarDate.at(now), now)),
      this.checkWrite(now),
      this.checkSearch(),
    ]);
  }

  private async checkShards(): Promise<void> {
    const { status } = await this.cluster.read((client) =>
      client.cluster.health({ index: this.names.all, timeout: '1s' }),
    );
    if (status === 'red') throw new StoreUnavailableError('Elasticsearch: some primary shards are unavailable');
  }

  private async checkWrite(now: Date): Promise<void> {
    const index = this.names.usagesAt(now);
    await this.cluster.ensureIndex(index);
    const document = { timestamp: now.toISOString() };
    const [outcome] = await sendBulk(this.cluster, [{ index, id: 'readiness', document, version: NO_VERSION }]);
    if (outcome === 'conflict') return;
    const reason = outcome !== undefined && isUnavailable(outcome) ? outcome.unavailable : 'unexpected response';
    throw new StoreUnavailableError(`Elasticsearch cannot store usages: ${reason}`);
  }

  private async checkSearch(): Promise<void> {
    await this.cluster.read((client) =>
      client.search({
        index: this.names.allUsages,
        size: 0,
        track_total_hits: false,
        allow_partial_search_results: false,
      }),
    );
  }
}
