import type { Report } from '../model/report.js';
import type { ReportClass } from '../model/report-type.js';
import type { MetricsRepository } from '../storage/metrics.repository.js';
import type { ReportQuery } from '../storage/report-query.js';

const PAGE_SIZE = 500;

/**
 * Streams the reports of a query, reading them from the store 500 at a time as they are consumed. A slow consumer holds
 * one page in memory and does not keep the store busy.
 */
export async function* streamReportPages<R extends Report>(
  repository: MetricsRepository,
  reportClass: ReportClass<R>,
  query: ReportQuery,
): AsyncIterable<R> {
  let remaining = query.limit ?? Infinity;
  let position: Pick<ReportQuery, 'afterId' | 'offset'> = { afterId: query.afterId, offset: query.offset };
  while (remaining > 0) {
    const limit = Math.min(PAGE_SIZE, remaining);
    const page: R[] = [];
    for await (const report of repository.streamReports(reportClass, { ...query, ...position, limit })) {
      page.push(report);
    }
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < limit) return;
    position = { afterId: last.id };
    remaining -= page.length;
  }
}
