import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { RUN_STATES, type RunState } from '../model/run.js';

/** What a check of a reporter found. */
export interface ReporterCheck {
  readonly checkedAt: Date;
  /** The number of due cycles without a valid run. */
  readonly dueCycles: number;
  /** When the oldest of them became due; undefined without due cycles. */
  readonly oldestDueSince?: Date;
  /** When the latest successful run ended; undefined before the first success. */
  readonly lastSuccessAt?: Date;
}

/** Prometheus metrics of reporters and their runs. */
@Injectable()
export class ReporterMetrics {
  private readonly runs: Counter<'reporter' | 'state'>;
  private readonly duration: Histogram<'reporter'>;
  private readonly checked: Gauge<'reporter'>;
  private readonly dueCycles: Gauge<'reporter'>;
  private readonly oldestDue: Gauge<'reporter'>;
  private readonly lastSuccess: Gauge<'reporter'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.runs = new Counter({
      name: 'osf_metrics_reporter_runs_total',
      help: 'Reporter runs by final state; `running` means interrupted, will resume',
      labelNames: ['reporter', 'state'],
      registers,
    });
    this.duration = new Histogram({
      name: 'osf_metrics_reporter_run_duration_seconds',
      help: 'Duration of reporter runs',
      labelNames: ['reporter'],
      buckets: [0.1, 1, 10, 60, 300, 1800, 7200],
      registers,
    });
    const labelNames = ['reporter'] as const;
    this.checked = new Gauge({
      name: 'osf_metrics_reporter_checked_timestamp_seconds',
      help: 'When the scheduler last looked for due runs of the reporter; 0: never since the start',
      labelNames,
      registers,
    });
    this.dueCycles = new Gauge({
      name: 'osf_metrics_reporter_due_cycles',
      help: 'Due cycles that have no successful run, or whose data changed since, also if the reporter never ran',
      labelNames,
      registers,
    });
    this.oldestDue = new Gauge({
      name: 'osf_metrics_reporter_oldest_due_timestamp_seconds',
      help: 'When the oldest of the due cycles became due; 0: no cycle is due',
      labelNames,
      registers,
    });
    this.lastSuccess = new Gauge({
      name: 'osf_metrics_reporter_last_success_timestamp_seconds',
      help: 'When the latest successful run ended, on any instance; 0: never',
      labelNames,
      registers,
    });
  }

  /** Exposes the series of a reporter before its first run and check, so that alerts notice their absence. */
  addReporter(reporter: string): void {
    for (const state of RUN_STATES) this.runs.inc({ reporter, state }, 0);
    this.checked.set({ reporter }, 0);
  }

  recordCheck(reporter: string, { checkedAt, dueCycles, oldestDueSince, lastSuccessAt }: ReporterCheck): void {
    this.checked.set({ reporter }, toSeconds(checkedAt));
    this.dueCycles.set({ reporter }, dueCycles);
    this.oldestDue.set({ reporter }, oldestDueSince ? toSeconds(oldestDueSince) : 0);
    this.lastSuccess.set({ reporter }, lastSuccessAt ? toSeconds(lastSuccessAt) : 0);
  }

  /** @returns a function that records the end of the run */
  startRun(reporter: string): (state: RunState) => void {
    const stopTimer = this.duration.startTimer({ reporter });
    return (state) => {
      stopTimer();
      this.runs.inc({ reporter, state });
    };
  }
}

function toSeconds(instant: Date): number {
  return instant.getTime() / 1_000;
}
