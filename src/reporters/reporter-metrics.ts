import { Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';

/** What operators see of reporters. */
@Injectable()
export class ReporterMetrics {
  private readonly runs: Counter<'reporter' | 'state'>;
  private readonly duration: Histogram<'reporter'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.runs = new Counter({
      name: 'osf_metrics_reporter_runs_total',
      help: 'Runs of reporters, by how they ended; running: cut off, to be gone on with',
      labelNames: ['reporter', 'state'],
      registers,
    });
    this.duration = new Histogram({
      name: 'osf_metrics_reporter_run_duration_seconds',
      help: 'How long runs took',
      labelNames: ['reporter'],
      buckets: [0.1, 1, 10, 60, 300, 1800, 7200],
      registers,
    });
  }

  /** @returns what is to be called when the run ends, with its state */
  begin(reporter: string): (state: string) => void {
    const measured = this.duration.startTimer({ reporter });
    return (state) => {
      measured();
      this.runs.inc({ reporter, state });
    };
  }
}
