import { peekFirst } from '../http/responses/peek-first.js';
import type { MetricsRepository } from '../storage/metrics.repository.js';
import type { ReportQuery } from '../storage/report-query.js';
import { CalendarDate } from '../time/calendar-date.js';
import { DailyNewUserDomainReport } from './daily/new-user-domain.js';
import { streamReportPages } from './report-pages.js';

const REPORTS = Array.from({ length: 2_345 }, (_, index) =>
  DailyNewUserDomainReport.of({
    report_date: CalendarDate.parse('2026-11-24'),
    domain_name: `domain ${index}`,
    new_user_count: index,
  }),
);

/** A store of the reports above that records the queries, and counts the reports that were read. */
class CountingRepository {
  readCount = 0;
  readonly queries: ReportQuery[] = [];

  async *streamReports(_class: unknown, query: ReportQuery): AsyncIterable<DailyNewUserDomainReport> {
    this.queries.push(query);
    const { afterId, offset = 0, limit = Infinity } = query;
    const start = afterId === undefined ? offset : REPORTS.findIndex(({ id }) => id === afterId) + 1;
    for (const report of REPORTS.slice(start, start + limit)) {
      this.readCount += 1;
      yield await Promise.resolve(report);
    }
  }
}

function read(repository: CountingRepository, query: ReportQuery = {}): AsyncIterable<DailyNewUserDomainReport> {
  return streamReportPages(repository as unknown as MetricsRepository, DailyNewUserDomainReport, query);
}

async function counts(reports: AsyncIterable<DailyNewUserDomainReport>): Promise<number[]> {
  const found: number[] = [];
  for await (const { new_user_count } of reports) found.push(new_user_count);
  return found;
}

describe('streamReportPages', () => {
  it.each<[ReportQuery, number, number]>([
    [{}, 0, 2_345],
    [{ limit: 0 }, 0, 0],
    [{ limit: 1 }, 0, 1],
    [{ limit: 500 }, 0, 500],
    [{ limit: 501 }, 0, 501],
    [{ limit: 9_999 }, 0, 2_345],
    [{ offset: 700, limit: 1_000 }, 700, 1_700],
    [{ afterId: REPORTS[41]?.id, limit: 600 }, 42, 642],
  ])('returns all reports of %j exactly once, in order', async (query, start, end) => {
    const expected = REPORTS.slice(start, end).map(({ new_user_count }) => new_user_count);
    expect(await counts(read(new CountingRepository(), query))).toEqual(expected);
  });

  it('reads one page at a time, as reports are consumed', async () => {
    const repository = new CountingRepository();
    const reports = read(repository, { sort: [{ path: 'new_user_count', descending: false }] })[Symbol.asyncIterator]();
    expect(repository.readCount).toBe(0);
    for (let index = 0; index < 500; index++) await reports.next();
    expect(repository.readCount).toBe(500);
    await reports.next();
    expect(repository.readCount).toBe(1_000);
    expect(repository.queries.map(({ sort }) => sort?.length)).toEqual([1, 1]);
  });

  it('reads the first page when the first report is peeked', async () => {
    const repository = new CountingRepository();
    const { values: reports } = await peekFirst(read(repository));
    expect(repository.readCount).toBe(500);
    expect(await counts(reports)).toHaveLength(2_345);
    expect(await counts((await peekFirst(read(repository, { limit: 0 }))).values)).toEqual([]);
  });
});
