import type { DuckDBValue } from '@duckdb/node-api';
import { fieldsOf } from '../../fields/field-declaration.js';
import { MonthlyItemUsage, UsageCounts } from '../../model/monthly-item-usage.js';
import type { YearMonth } from '../../time/year-month.js';
import type { MonthlyUsageFilter, MonthlyUsagePage } from '../monthly-usage-query.js';
import { type Database, isOneOf, selectRows, textList } from './database.js';
import { DeclaredTable } from './declared-table.js';
import type { Statement } from './usage-query-sql.js';

const SUMS = fieldsOf(UsageCounts).map(({ name }) => `sum("total.${name}")::double as "${name}"`);

type SumRow = Record<keyof UsageCounts, number> & { readonly item_iri: string };

/** The monthly aggregate: a row for each month and item. */
export class MonthlyUsageTable {
  readonly table = new DeclaredTable('monthly_item_usage', MonthlyItemUsage);

  constructor(private readonly database: Database) {}

  async save(records: readonly MonthlyItemUsage[]): Promise<void> {
    if (records.length === 0) return;
    const recordOfKey = new Map(records.map((record) => [keyOf(record.month, record.item_iri), record]));
    await this.database.write(async (connection) => await this.table.replace(connection, recordOfKey));
  }

  async remove(month: YearMonth, itemIris: readonly string[]): Promise<void> {
    if (itemIris.length === 0) return;
    const keys = itemIris.map((iri) => keyOf(month, iri));
    await this.database.write(async (connection) => {
      await connection.run(`delete from monthly_item_usage where ${isOneOf('record_key')}`, [textList(keys)]);
    });
  }

  async find({ afterItemIri, limit, ...filter }: MonthlyUsagePage): Promise<MonthlyItemUsage[]> {
    const { sql, values } = compile(filter);
    const after = afterItemIri === undefined ? '' : 'and item_iri > ?';
    const rest = `where ${sql} ${after} order by item_iri, month ${limit === undefined ? '' : `limit ${limit}`}`;
    const position = afterItemIri === undefined ? [] : [afterItemIri];
    return await this.database.read((connection) => this.table.select(connection, rest, [...values, ...position]));
  }

  async sum(filter: MonthlyUsageFilter): Promise<Map<string, UsageCounts>> {
    const { sql, values } = compile(filter);
    const sums = `select item_iri, ${SUMS.join(', ')} from monthly_item_usage where ${sql} group by item_iri`;
    const rows = await this.database.read((connection) => selectRows<SumRow>(connection, sums, values));
    return new Map(rows.map(({ item_iri, ...counts }) => [item_iri, Object.assign(new UsageCounts(), counts)]));
  }
}

function keyOf(month: YearMonth, itemIri: string): string {
  return `${month.toString()} ${itemIri}`;
}

function compile({ itemIris, month, until, isImported, hasOpening }: MonthlyUsageFilter): Statement {
  const conditions: { sql: string; values: DuckDBValue[] }[] = [{ sql: 'true', values: [] }];
  if (itemIris?.length === 1) conditions.push({ sql: 'item_iri = ?', values: [itemIris[0] as string] });
  else if (itemIris) conditions.push({ sql: isOneOf('item_iri'), values: [textList(itemIris)] });
  if (month) conditions.push({ sql: 'month = ?', values: [month.toString()] });
  if (until) conditions.push({ sql: 'month <= ?', values: [until.toString()] });
  if (isImported) conditions.push({ sql: '"imported.view_count" is not null', values: [] });
  if (hasOpening) conditions.push({ sql: '"opening.view_count" is not null', values: [] });
  return {
    sql: conditions.map(({ sql }) => sql).join(' and '),
    values: conditions.flatMap(({ values }) => values),
  };
}
