import type { DuckDBValue } from '@duckdb/node-api';
import type { Cycle, Report } from '../../model/report.js';
import { type ReportClass, reportTypeOf } from '../../model/report-type.js';
import type { SavedBefore } from '../metrics.repository.js';
import type { ReportFilter, ReportQuery, ReportSort } from '../report-query.js';
import type { Database } from './database.js';
import { type DeclaredColumn, toPlaceholder } from './declared-columns.js';
import { DeclaredTable } from './declared-table.js';
import { compileIn, joinConditions, selectOne, selectRows, type Statement, toTimestamp } from './sql.js';

const ROWS_PER_PAGE = 5_000;

/** As JavaScript values. */
type Row = Record<string, unknown>;

/** Stores reports, one table for each type. */
export class ReportTables {
  private readonly tables = new Map<string, DeclaredTable<Report>>();

  constructor(private readonly database: Database) {}

  /** Creates and updates the tables of these types. @throws Error when a declared field does not match the stored type */
  async prepare(reportClasses: readonly ReportClass[]): Promise<void> {
    await this.database.write(async (connection) => {
      const onCommit: (() => void)[] = [];
      for (const reportClass of reportClasses) onCommit.push(await this.define(reportClass).prepare(connection));
      return () => onCommit.forEach((each) => each());
    });
  }

  async save(reports: readonly Report[]): Promise<void> {
    if (reports.length === 0) return;
    const reportsOfClass = new Map<ReportClass, Map<string, Report>>();
    for (const report of reports) {
      const reportClass = report.constructor as ReportClass;
      const ofClass = reportsOfClass.get(reportClass) ?? new Map<string, Report>();
      reportsOfClass.set(reportClass, ofClass.set(report.id, report));
    }
    const tables = await Promise.all([...reportsOfClass.keys()].map((reportClass) => this.table(reportClass)));
    await this.database.write(async (connection) => {
      for (const [index, ofClass] of [...reportsOfClass.values()].entries()) {
        await tables[index]?.replace(connection, ofClass);
      }
    });
  }

  async remove(reportClass: ReportClass, { cycle, savedBefore }: SavedBefore): Promise<void> {
    const table = await this.table(reportClass);
    const { cycleField } = reportTypeOf(reportClass);
    const sql = `delete from "${table.name}" where "${cycleField}" = ? and timestamp < ?`;
    await this.database.write(async (connection) => {
      await connection.run(sql, [cycle.toString(), toTimestamp(savedBefore)]);
    });
  }

  /** Reads a page at a time, so that a slow consumer holds one page in memory and no connection. */
  async *stream<R extends Report>(reportClass: ReportClass<R>, query: ReportQuery): AsyncIterable<R> {
    const table = await this.table(reportClass);
    const sort = query.sort ?? [];
    const conditions = compileConditions(table, reportClass, query);
    const order = [
      ...sort.map(({ path, descending }) => `"${path}" ${descending ? 'desc' : 'asc'} nulls last`),
      'record_key',
    ];
    let last = query.afterId === undefined ? undefined : await this.findRow(table, query.afterId);
    if (query.afterId !== undefined && !last) return;
    let { offset = 0, limit = Infinity } = query;
    while (limit > 0) {
      const where = joinConditions([...conditions, ...(last ? [compileAfter(table, sort, last)] : [])]);
      const size = Math.min(limit, ROWS_PER_PAGE);
      const rest = `where ${where.sql} order by ${order.join(', ')} limit ${size} offset ${offset}`;
      const sql = `select * from "${table.name}" ${rest}`;
      const rows = await this.database.read((connection) => selectRows<Row>(connection, sql, where.values));
      for (const row of rows) yield table.readRecord(row) as R;
      if (rows.length < size) return;
      last = rows.at(-1);
      limit -= size;
      offset = 0;
    }
  }

  async count(reportClass: ReportClass, query: ReportQuery): Promise<number> {
    const table = await this.table(reportClass);
    const where = joinConditions(compileConditions(table, reportClass, query));
    const sql = `select count(*)::double as count from "${table.name}" where ${where.sql}`;
    return await this.database.read(
      async (connection) => (await selectOne<{ count: number }>(connection, sql, where.values)).count,
    );
  }

  async findLatest<R extends Report>(
    reportClass: ReportClass<R>,
    field: string,
    values: readonly string[],
    before: Cycle,
  ): Promise<R[]> {
    const table = await this.table(reportClass);
    const { path } = columnOf(table, field);
    const { cycleField } = reportTypeOf(reportClass);
    const condition = compileIn(`"${path}"`, values);
    const rest = `where ${condition.sql} and "${cycleField}" < ?
      qualify row_number() over (partition by "${path}" order by "${cycleField}" desc) = 1`;
    return await this.database.read(
      async (connection) => (await table.select(connection, rest, [...condition.values, before.toString()])) as R[],
    );
  }

  private async findRow(table: DeclaredTable<Report>, id: string): Promise<Row | undefined> {
    const sql = `select * from "${table.name}" where record_key = ?`;
    const [row] = await this.database.read((connection) => selectRows<Row>(connection, sql, [id]));
    return row;
  }

  private async table(reportClass: ReportClass): Promise<DeclaredTable<Report>> {
    const table = this.define(reportClass);
    if (!table.isPrepared) await this.prepare([reportClass]);
    return table;
  }

  private define(reportClass: ReportClass): DeclaredTable<Report> {
    const { id } = reportTypeOf(reportClass);
    const table = this.tables.get(id) ?? new DeclaredTable<Report>(`report_${id}`, reportClass);
    this.tables.set(id, table);
    return table;
  }
}

function compileConditions(table: DeclaredTable<Report>, reportClass: ReportClass, query: ReportQuery): Statement[] {
  const { cycleField } = reportTypeOf(reportClass);
  return [
    ...(query.first ? [{ sql: `"${cycleField}" >= ?`, values: [query.first.toString()] }] : []),
    ...(query.last ? [{ sql: `"${cycleField}" <= ?`, values: [query.last.toString()] }] : []),
    ...(query.filters ?? []).map((filter) => compileFilter(columnOf(table, filter.path), filter)),
  ];
}

function compileFilter(column: DeclaredColumn, { operator, value }: ReportFilter): Statement {
  const name = `"${column.path}"`;
  const equal = operator === 'eq';
  if (value === null) {
    const missing = column.field.array ? `coalesce(len(${name}), 0) = 0` : `${name} is null`;
    return { sql: equal ? missing : `not (${missing})`, values: [] };
  }
  const values = [toPlaceholder(column, value)];
  if (column.field.array) {
    return { sql: `${equal ? '' : 'not'} coalesce(list_contains(${name}, ?), false)`, values };
  }
  return { sql: `${name} is ${equal ? 'not' : ''} distinct from ?`, values };
}

/** The condition for the rows after the anchor, in the order of `sort` and then of the key. */
function compileAfter(table: DeclaredTable<Report>, sort: readonly ReportSort[], anchor: Row): Statement {
  const alternatives: Statement[] = [];
  const same: Statement[] = [];
  for (const { path, descending } of sort) {
    const name = `"${columnOf(table, path).path}"`;
    const value = toParameter(anchor[path]);
    if (value !== null) {
      const beyond = { sql: `(${name} ${descending ? '<' : '>'} ? or ${name} is null)`, values: [value] };
      alternatives.push(joinConditions([...same, beyond]));
    }
    same.push({ sql: `${name} is not distinct from ?`, values: [value] });
  }
  alternatives.push(joinConditions([...same, { sql: 'record_key > ?', values: [toParameter(anchor['record_key'])] }]));
  return {
    sql: `(${alternatives.map(({ sql }) => `(${sql})`).join(' or ')})`,
    values: alternatives.flatMap(({ values }) => values),
  };
}

function toParameter(value: unknown): DuckDBValue {
  return value instanceof Date ? toTimestamp(value) : ((value ?? null) as DuckDBValue);
}

function columnOf(table: DeclaredTable<Report>, path: string): DeclaredColumn {
  const column = table.columns.find((each) => each.path === path);
  if (!column) throw new RangeError(`${table.name} has no field ${path}`);
  return column;
}
