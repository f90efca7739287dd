import { Item } from '../../model/item.js';
import type { Clock } from '../../time/clock.js';
import type { Cluster } from './client/cluster.js';
import type { IndexNames } from './indexes/index-names.js';
import { ElasticsearchItemUsageReader } from './item-usage-reader.js';
import { LeaseIndex } from './lease-index.js';
import { ModerationIndex } from './moderation-index.js';
import { MonthlyUsageIndexes } from './monthly-usage-indexes.js';
import { ReadinessProbe } from './readiness-probe.js';
import { RecordIndex } from './record-index.js';
import { ReportIndexes } from './report-indexes.js';
import { RunIndex } from './run-index.js';
import { SessionKeyIndexes } from './session-key-indexes.js';
import { UsageCompleter } from './usage-completer.js';
import { UsageMonthIndex } from './usage-month-index.js';
import { ElasticsearchUsageReader } from './usage-reader.js';
import { UsageSumReader } from './usage-sum-reader.js';
import { ElasticsearchUsageWriter } from './usage-writer.js';

/** The readers and writers of all indexes. */
export class ClusterIndexes {
  readonly usageWriter: ElasticsearchUsageWriter;
  readonly usageReader: ElasticsearchUsageReader;
  readonly itemUsageReader: ElasticsearchItemUsageReader;
  readonly usageSums: UsageSumReader;
  readonly monthlyUsage: MonthlyUsageIndexes;
  readonly usageMonths: UsageMonthIndex;
  readonly reports: ReportIndexes;
  readonly items: RecordIndex<Item>;
  readonly runs: RunIndex;
  readonly moderations: ModerationIndex;
  readonly leases: LeaseIndex;
  readonly sessionKeys: SessionKeyIndexes;
  readonly usageCompleter: UsageCompleter;
  readonly readiness: ReadinessProbe;

  constructor(cluster: Cluster, names: IndexNames, clock: Clock) {
    this.usageWriter = new ElasticsearchUsageWriter(cluster, names);
    this.usageReader = new ElasticsearchUsageReader(cluster, names, clock);
    this.itemUsageReader = new ElasticsearchItemUsageReader(cluster, names, clock);
    this.usageSums = new UsageSumReader(cluster, names, clock);
    this.monthlyUsage = new MonthlyUsageIndexes(cluster, names);
    this.usageMonths = new UsageMonthIndex(cluster, names.usageMonths, clock);
    this.reports = new ReportIndexes(cluster, names);
    this.items = new RecordIndex(cluster, Item, names.items);
    this.runs = new RunIndex(cluster, names.runs);
    this.moderations = new ModerationIndex(cluster, names.moderations);
    this.leases = new LeaseIndex(cluster, names.leases);
    this.sessionKeys = new SessionKeyIndexes(cluster, names);
    this.usageCompleter = new UsageCompleter(cluster, names, clock);
    this.readiness = new ReadinessProbe(cluster, names, this.sessionKeys, clock);
  }
}
