import { Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';
import type { RunState } from '../model/run.js';

/** Prometheus metrics of reporter runs. */
@Injectable()
export class ReporterMetrics {
  private readonly runs: Counter<'reporter' | 'state'>;
  private readonly duration: Histogram<'reporter'>;

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
