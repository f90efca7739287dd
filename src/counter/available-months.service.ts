import { Injectable } from '@nestjs/common';
import { reportTypeOf } from '../model/report-type.js';
import { MonthlyCounterPlatformUsageReport } from '../reports/monthly/counter-platform-usage.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { YearMonth } from '../time/year-month.js';
import type { ProcessedMonths } from './report-dates.js';

/** Months run again when late usages arrive, so that a month has several runs. */
const CONSIDERED_RUNS = 10_000;

/** The months that reports may contain: both reporters have succeeded for them after they were over. */
@Injectable()
export class AvailableMonths {
  constructor(private readonly repository: MetricsRepository) {}

  async findAll(): Promise<ProcessedMonths> {
    const { id } = reportTypeOf(MonthlyCounterPlatformUsageReport);
    const runs = await this.repository.findRuns({ reporter: id, limit: CONSIDERED_RUNS });
    const months = new Map<string, Date>();
    for (const { cycle, state, started_at, finished_at } of runs.reverse()) {
      const isOver = started_at >= YearMonth.parse(cycle).end();
      if (state === 'succeeded' && finished_at && isOver) months.set(cycle, finished_at);
    }
    return months;
  }
}
