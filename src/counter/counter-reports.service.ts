import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { joinTexts } from '../http/responses/join-texts.js';
import { peekFirst } from '../http/responses/peek-first.js';
import { MonthlyCounterItemUsageReport } from '../reports/monthly/counter-item-usage.js';
import { MonthlyCounterPlatformUsageReport } from '../reports/monthly/counter-platform-usage.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { Clock } from '../time/clock.js';
import { AvailableMonths } from './available-months.service.js';
import { mergeMonths, sumPlatform } from './counter-items.js';
import type { CounterParameters } from './counter-parameters.js';
import { type CounterRequest, readRequest } from './counter-request.js';
import { CounterError, type ReportException } from './exceptions.js';
import { toItemFilter } from './item-id-filter.js';
import { readDates, type ReportMonths, selectMonths } from './report-dates.js';
import type { ReportDefinition } from './report-definitions.js';
import type { ReportContext } from './report-header.js';
import { writeItemReport50, writePlatformReport50 } from './write-5.0.js';
import { writeItemReport51, writePlatformReport51 } from './write-5.1.js';
import { writeItemTable, writePlatformTable } from './write-table.js';

const RETRY_AFTER_SECONDS = 30;

/** A report that is ready to be sent. */
export interface CounterReport {
  readonly content: Readable;
  readonly format: CounterRequest['format'];
  /** Without an extension. */
  readonly fileName: string;
  /** Whether all months of the report are processed, so that it will not change soon. */
  readonly isComplete: boolean;
}

/** Creates COUNTER reports from the saved rows of the months; counts nothing itself. */
@Injectable()
export class CounterReports {
  private runningItemReports = 0;

  constructor(
    private readonly repository: MetricsRepository,
    private readonly availableMonths: AvailableMonths,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {}

  /** @throws CounterError 1010, 1030 or 3020 */
  async create(
    report: ReportDefinition,
    parameters: CounterParameters,
    format: CounterRequest['format'],
  ): Promise<CounterReport> {
    const dates = readDates(parameters);
    const period = selectMonths(dates, await this.availableMonths.findAll(), this.clock.now());
    const request = readRequest(report, period, parameters, format);
    const content =
      report.subject === 'platform'
        ? await this.writePlatformReport(request, period)
        : await this.writeItemReport(request, period);
    const [begin, end] = [request.begin.toString(), request.end.toString()];
    return {
      content,
      format,
      fileName: [this.configuration.counterPlatformName.replaceAll(/\W+/g, '-'), report.id, begin, end].join('_'),
      isComplete: period.exceptions.every(({ code }) => code !== 3031),
    };
  }

  private async writePlatformReport(request: CounterRequest, period: ReportMonths): Promise<Readable> {
    const rows: MonthlyCounterPlatformUsageReport[] = [];
    const { begin: first, end: last, months } = period;
    for await (const row of this.repository.streamReports(MonthlyCounterPlatformUsageReport, { first, last })) {
      if (months.includes(row.report_yearmonth.toString())) rows.push(row);
    }
    const performances = sumPlatform(rows, request);
    const context = this.contextOf(request, period, performances.length === 0);
    const { format } = request;
    if (format !== 'json') return writePlatformTable(context, performances, format);
    const write = request.report.release === '5' ? writePlatformReport50 : writePlatformReport51;
    return Readable.from([write(context, performances)], { objectMode: false });
  }

  private async writeItemReport(request: CounterRequest, period: ReportMonths): Promise<Readable> {
    if (this.runningItemReports >= this.configuration.counterConcurrentReports) {
      throw new CounterError(1010, undefined, { 'Retry-After': String(RETRY_AFTER_SECONDS) });
    }
    this.runningItemReports += 1;
    try {
      const content = await this.startItemReport(request, period);
      content.once('close', () => (this.runningItemReports -= 1));
      return content;
    } catch (error) {
      this.runningItemReports -= 1;
      throw error;
    }
  }

  private async startItemReport(request: CounterRequest, period: ReportMonths): Promise<Readable> {
    const { begin: first, end: last } = period;
    const itemId = request.filters.Item_ID;
    const filters = itemId === undefined ? [] : [toItemFilter(itemId, this.configuration.counterPlatformId)];
    const sort = [{ path: 'item_iri', descending: false }];
    const rows = this.repository.streamReports(MonthlyCounterItemUsageReport, { first, last, filters, sort });
    // Waits for the first item, because the header says whether there is one.
    const { isEmpty, values } = await peekFirst(mergeMonths(rows, request, new Set(period.months)));
    const context = this.contextOf(request, period, isEmpty);
    const { format } = request;
    if (format !== 'json') return writeItemTable(context, values, format);
    const write = request.report.release === '5' ? writeItemReport50 : writeItemReport51;
    return Readable.from(joinTexts(write(context, values)), { objectMode: false });
  }

  private contextOf(request: CounterRequest, period: ReportMonths, isEmpty: boolean): ReportContext {
    const noUsage: ReportException[] = isEmpty && period.months.length > 0 ? [{ code: 3030 }] : [];
    const exceptions = [...period.exceptions, ...request.exceptions, ...noUsage].sort((a, b) => a.code - b.code);
    return { request, configuration: this.configuration, created: this.clock.now(), exceptions, isEmpty };
  }
}
