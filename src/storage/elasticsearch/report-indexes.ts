import type { estypes } from '@elastic/elasticsearch';
import { toRecord } from '../../fields/to-record.js';
import type { Cycle, Report } from '../../model/report.js';
import { type ReportClass, reportTypeOf } from '../../model/report-type.js';
import type { SavedBefore } from '../metrics.repository.js';
import type { ReportQuery } from '../report-query.js';
import type { Cluster } from './client/cluster.js';
import { PointInTime } from './client/point-in-time.js';
import type { IndexNames } from './indexes/index-names.js';
import { saveRecords } from './records.js';
import { compileAfter, compileReportFilter, compileSort } from './report-query-compiler.js';

const REPORTS_PER_PAGE = 5_000;
/** Elasticsearch's `max_result_window`: the limit of `from` plus `size` in one search. */
const MAX_RESULT_WINDOW = 10_000;

/** No index exists before the first report of a type is saved. */
const ALLOW_MISSING = { ignore_unavailable: true, allow_no_indices: true };

/** Saves and finds reports. Each type has one index per year. */
export class ReportIndexes {
  constructor(
    private readonly cluster: Cluster,
    private readonly names: IndexNames,
  ) {}

  async save(reports: readonly Report[]): Promise<void> {
    await saveRecords(
      this.cluster,
      reports.map((record) => ({
        index: this.names.reportsOf(record.constructor as ReportClass, record.cycle),
        id: record.id,
        record,
      })),
    );
  }

  /** A report that is saved again in the meantime stays. */
  async remove(reportClass: ReportClass, { cycle, savedBefore }: SavedBefore): Promise<void> {
    const { cycleField } = reportTypeOf(reportClass);
    const conditions: estypes.QueryDslQueryContainer[] = [
      { term: { [cycleField]: cycle.toString() } },
      { range: { timestamp: { lt: savedBefore.toISOString() } } },
    ];
    await this.cluster.write((client) =>
      client.deleteByQuery({
        index: this.names.reportsOf(reportClass, cycle),
        ...ALLOW_MISSING,
        query: { bool: { filter: conditions } },
        conflicts: 'proceed',
        refresh: true,
      }),
    );
  }

  /** Reads a short list with one search, and a longer one page by page from a consistent view. */
  async *stream<R extends Report>(reportClass: ReportClass<R>, query: ReportQuery): AsyncIterable<R> {
    const { limit = Infinity, offset = 0, afterId } = query;
    let after = afterId === undefined ? undefined : await this.find(reportClass, afterId);
    if (afterId !== undefined && !after) return;
    if (limit <= REPORTS_PER_PAGE && offset + limit <= MAX_RESULT_WINDOW) {
      const page = { ...compilePage(reportClass, query, after), from: offset, size: limit };
      yield* await this.search(reportClass, page);
      return;
    }
    const pit = await PointInTime.open(this.cluster, this.names.allReportsOf(reportClass));
    try {
      for (let position = 0; position < offset + limit;) {
        const page = { ...compilePage(reportClass, query, after), size: REPORTS_PER_PAGE };
        const reports = toReports(reportClass, await pit.search<object>(page));
        yield* reports.slice(Math.max(0, offset - position), offset + limit - position);
        if (reports.length < REPORTS_PER_PAGE) return;
        position += reports.length;
        after = reports.at(-1);
      }
    } finally {
      await pit.close();
    }
  }

  async count(reportClass: ReportClass, query: ReportQuery): Promise<number> {
    const filter = compileReportFilter(reportClass, query);
    const { count } = await this.cluster.read((client) =>
      client.count({ index: this.names.allReportsOf(reportClass), ...ALLOW_MISSING, query: { bool: { filter } } }),
    );
    return count;
  }

  async latest<R extends Report>(
    reportClass: ReportClass<R>,
    field: string,
    values: readonly string[],
    before: Cycle,
  ): Promise<R[]> {
    const { cycleField } = reportTypeOf(reportClass);
    return await this.search(reportClass, {
      query: {
        bool: { filter: [{ terms: { [field]: [...values] } }, { range: { [cycleField]: { lt: before.toString() } } }] },
      },
      collapse: { field },
      sort: [{ [cycleField]: 'desc' }],
      size: values.length,
    });
  }

  private async find<R extends Report>(reportClass: ReportClass<R>, id: string): Promise<R | undefined> {
    const [report] = await this.search(reportClass, { query: { ids: { values: [id] } }, size: 1 });
    return report;
  }

  private async search<R extends Report>(reportClass: ReportClass<R>, request: estypes.SearchRequest): Promise<R[]> {
    const { hits } = await this.cluster.read((client) =>
      client.search<object>({
        index: this.names.allReportsOf(reportClass),
        ...ALLOW_MISSING,
        allow_partial_search_results: false,
        track_total_hits: false,
        ...request,
      }),
    );
    return toReports(reportClass, hits.hits);
  }
}

function compilePage(
  reportClass: ReportClass,
  query: ReportQuery,
  after: Report | undefined,
): Pick<estypes.SearchRequest, 'query' | 'sort'> {
  const { sort = [] } = query;
  const conditions = [
    ...compileReportFilter(reportClass, query),
    ...(after ? [compileAfter(sort, after, after.id)] : []),
  ];
  return { query: { bool: { filter: conditions } }, sort: compileSort(reportClass, sort) };
}

function toReports<R extends Report>(reportClass: ReportClass<R>, hits: readonly estypes.SearchHit<object>[]): R[] {
  return hits.flatMap(({ _source }) => (_source ? [toRecord(reportClass, _source)] : []));
}
