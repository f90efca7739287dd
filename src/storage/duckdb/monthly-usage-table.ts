import { fieldsOf } from '../../fields/field-declaration.js';
import { MonthlyItemUsage, UsageCounts } from '../../model/monthly-item-usage.js';
import type { YearMonth } from '../../time/year-month.js';
import {
  ITEM_COUNTS,
  type MonthlyCounts,
  type MonthlyUsageFilter,
  type MonthlyUsagePage,
} from '../monthly-usage-query.js';
import type { Database } from './database.js';
import { DeclaredTable } from './declared-table.js';
import { compileIn, joinConditions, selectRows, type Statement } from './sql.js';

const SUMS = fieldsOf(UsageCounts).map(({ name }) => `sum("total.${name}")::double as "${name}"`);

/** The columns of `MonthlyCounts` that every record has. */
const COUNTS = ['month', ...ITEM_COUNTS.map((name) => `"total.${name}"`)];

const IS_IMPORTED = '"imported.view_count" is not null or "opening.view_count" is not null';

type SumRow = Record<keyof UsageCounts, number> & { readonly item_iri: string };

/** The monthly aggregate: a row for each month and item. */
export class MonthlyUsageTable {
  readonly table = new DeclaredTable('monthly_item_usage', MonthlyItemUsage, {
    lookupColumn: 'item_iri',
    countsItems: true,
  });

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
      const { sql, values } = compileIn('record_key', keys);
      await connection.run(`delete from monthly_item_usage where ${sql}`, values);
    });
  }

  async find({ afterItemIri, limit, ...filter }: MonthlyUsagePage): Promise<MonthlyItemUsage[]> {
    const { sql, values } = this.compile(filter);
    const after = afterItemIri === undefined ? '' : 'and item_iri > ?';
    const rest = `where ${sql} ${after} order by item_iri, month ${limit === undefined ? '' : `limit ${limit}`}`;
    const position = afterItemIri === undefined ? [] : [afterItemIri];
    return await this.database.read((connection) => this.table.select(connection, rest, [...values, ...position]));
  }

  /** Reads as few columns as possible, because every column takes as long as the search for the item. */
  async findCounts(itemIri: string): Promise<MonthlyCounts[]> {
    const { sql, values } = this.table.compileLookup([itemIri]);
    const counts = `
      select ${COUNTS.join(', ')}, (${IS_IMPORTED}) as is_imported from monthly_item_usage where ${sql} order by month`;
    const rows = await this.database.lookUp((connection) =>
      selectRows<Record<string, unknown>>(connection, counts, values),
    );
    if (rows.some(({ is_imported }) => is_imported)) return await this.find({ itemIris: [itemIri] });
    return rows.map((row) => this.table.readRecord(row));
  }

  async sum(filter: MonthlyUsageFilter): Promise<Map<string, UsageCounts>> {
    const { sql, values } = this.compile(filter);
    const sums = `select item_iri, ${SUMS.join(', ')} from monthly_item_usage where ${sql} group by item_iri`;
    const rows = await this.database.read((connection) => selectRows<SumRow>(connection, sums, values));
    return new Map(rows.map(({ item_iri, ...counts }) => [item_iri, Object.assign(new UsageCounts(), counts)]));
  }

  private compile({ itemIris, month, until, isImported, hasOpening }: MonthlyUsageFilter): Statement {
    return joinConditions([
      ...(itemIris ? [this.table.compileLookup(itemIris)] : []),
      ...(month ? [{ sql: 'month = ?', values: [month.toString()] }] : []),
      ...(until ? [{ sql: 'month <= ?', values: [until.toString()] }] : []),
      ...(isImported ? [{ sql: '"imported.view_count" is not null', values: [] }] : []),
      ...(hasOpening ? [{ sql: '"opening.view_count" is not null', values: [] }] : []),
    ]);
  }
}

function keyOf(month: YearMonth, itemIri: string): string {
  return `${month.toString()} ${itemIri}`;
}
