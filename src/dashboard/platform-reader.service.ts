import { Injectable } from '@nestjs/common';
import type { DailyReport } from '../model/report.js';
import type { ReportClass } from '../model/report-type.js';
import { streamReportPages } from '../reports/report-pages.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import { partsWithin, type TimeBucket } from '../time/periods.js';
import { PLATFORM_CHARTS, type PlatformChart, type PlatformSeries } from './platform-charts.js';

export interface PlatformPoint {
  /** The first day of the day, week or month. */
  readonly date: CalendarDate;
  /** A value per series; undefined in a period without reports. */
  readonly values: readonly (number | undefined)[];
}

export interface PlatformFigures {
  readonly chart: PlatformChart;
  /** From the first period with reports to the last. */
  readonly points: readonly PlatformPoint[];
}

/** The values of a day, one per series. */
type DayValues = Map<string, number[]>;

/** Reads the daily reports about the platform. */
@Injectable()
export class PlatformReader {
  constructor(private readonly repository: MetricsRepository) {}

  async read(days: Required<DateRange>, bucket: TimeBucket): Promise<PlatformFigures[]> {
    const figures: PlatformFigures[] = [];
    // One after the other, to leave the store to others too.
    for (const chart of PLATFORM_CHARTS) {
      const values = await this.readDays(chart, days);
      figures.push({ chart, points: toPoints(chart.series, values, days, bucket) });
    }
    return figures;
  }

  /** The sums of the reports of each day. */
  private async readDays({ reportClass, series }: PlatformChart, days: Required<DateRange>): Promise<DayValues> {
    const query = { first: days.start, last: days.end.plusDays(-1) };
    const values: DayValues = new Map();
    for await (const report of streamReportPages(this.repository, reportClass as ReportClass<DailyReport>, query)) {
      const day = report.report_date.toString();
      const known = values.get(day);
      values.set(
        day,
        series.map(({ read }, index) => read(report) + (known?.[index] ?? 0)),
      );
    }
    return values;
  }
}

function toPoints(
  series: readonly PlatformSeries[],
  values: DayValues,
  days: Required<DateRange>,
  bucket: TimeBucket,
): PlatformPoint[] {
  const points = partsWithin(days, bucket).map(({ start, end }) => {
    const found: (readonly number[])[] = [];
    for (let day = start; day.compare(end) < 0; day = day.plusDays(1)) {
      const ofDay = values.get(day.toString());
      if (ofDay) found.push(ofDay);
    }
    return { date: start, values: series.map(({ isSummed }, index) => combine(found, index, isSummed ?? false)) };
  });
  const hasValues = ({ values: ofPoint }: PlatformPoint): boolean => ofPoint.some((value) => value !== undefined);
  return points.slice(points.findIndex(hasValues), points.findLastIndex(hasValues) + 1);
}

function combine(days: readonly (readonly number[])[], index: number, isSummed: boolean): number | undefined {
  if (days.length === 0) return undefined;
  return isSummed ? days.reduce((sum, values) => sum + (values[index] ?? 0), 0) : days.at(-1)?.[index];
}
