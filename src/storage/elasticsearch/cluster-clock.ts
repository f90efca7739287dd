import { Logger } from '@nestjs/common';
import type { ElasticsearchService } from '@nestjs/elasticsearch';
import { describeError } from '../../model/errors.js';
import type { Clock } from '../../time/clock.js';

const COMPARISON_INTERVAL_MILLISECONDS = 60_000;
/** A smaller difference is not corrected: it is that of synchronized clocks, or of the measurement. */
const MAX_DIFFERENCE_MILLISECONDS = 1_000;

/**
 * Keeps the clocks of all instances together: compares the clock of this machine with the cluster's, and corrects the
 * service's by the difference. Otherwise instances whose clocks differ would take each other's leases, and count a double
 * click twice. A cluster without the privilege `monitor` or that does not respond leaves the correction as it is.
 */
export class ClusterClock {
  private readonly logger = new Logger(ClusterClock.name);
  private timer: NodeJS.Timeout | undefined;
  private hasFailed = false;

  constructor(
    private readonly client: ElasticsearchService,
    private readonly clock: Clock,
  ) {}

  /** Compares the clocks now and every minute. */
  async start(): Promise<void> {
    this.timer ??= setInterval(() => void this.compare(), COMPARISON_INTERVAL_MILLISECONDS).unref();
    await this.compare();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async compare(): Promise<void> {
    try {
      this.correct(await this.measureDifference());
      this.hasFailed = false;
    } catch (error) {
      if (!this.hasFailed) this.logger.warn(`cannot compare the clock with the cluster's: ${describeError(error)}`);
      this.hasFailed = true;
    }
  }

  private correct(milliseconds: number): void {
    const correction = Math.abs(milliseconds) > MAX_DIFFERENCE_MILLISECONDS ? Math.round(milliseconds) : 0;
    if (Math.abs(correction - this.clock.correctionMilliseconds) <= MAX_DIFFERENCE_MILLISECONDS) return;
    this.clock.correctionMilliseconds = correction;
    if (correction === 0) this.logger.log("the clock of this machine agrees with the cluster's again");
    else {
      const seconds = Math.abs(correction) / 1000;
      this.logger.warn(
        `the clock of this machine is ${seconds} s ${correction > 0 ? 'behind' : 'ahead of'} the cluster's, which is used instead: synchronize it`,
      );
    }
  }

  /** How far the cluster's clock is ahead of this machine's: the median of its nodes. */
  private async measureDifference(): Promise<number> {
    const [sentAt, start] = [this.clock.monotonicMilliseconds(), this.clock.machineTime().getTime()];
    const { nodes } = await this.client.nodes.stats({ metric: 'process' });
    const middle = start + (this.clock.monotonicMilliseconds() - sentAt) / 2;
    const differences = Object.values(nodes).flatMap(({ timestamp }) => (timestamp ? [timestamp - middle] : []));
    if (differences.length === 0) throw new Error('no node returned its time');
    return differences.sort((a, b) => a - b)[Math.floor((differences.length - 1) / 2)] as number;
  }
}
