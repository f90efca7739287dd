import { Injectable } from '@nestjs/common';
import { OsfDatabase } from './osf-database.js';

/** The columns that a query reads, by table. Every query of the OSF's database declares them beside its SQL. */
export type OsfColumns = Readonly<Record<string, readonly string[]>>;

/** All columns that several queries read. */
export function allColumns(...queries: readonly OsfColumns[]): OsfColumns {
  const tables = new Set(queries.flatMap((columns) => Object.keys(columns)));
  const columnsOf = (table: string): string[] =>
    [...new Set(queries.flatMap((columns) => columns[table] ?? []))].sort();
  return Object.fromEntries([...tables].sort().map((table) => [table, columnsOf(table)]));
}

/** Compares the OSF's tables with what our queries need: the OSF changes them without asking us. */
@Injectable()
export class OsfSchema {
  constructor(private readonly database: OsfDatabase) {}

  /**
   * What is in the way of queries that read these columns, one line a column; nothing when they can be read.
   * @throws OsfUnavailableError
   */
  async problems(columns: OsfColumns): Promise<string[]> {
    const needed = Object.entries(columns).flatMap(([table, names]) => names.map((name) => ({ table, name })));
    const found = await this.database.select<{ exists: boolean; readable: boolean }>(
      `SELECT attname IS NOT NULL AS exists, coalesce(has_column_privilege(attrelid, attnum, 'SELECT'), false) AS readable
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS needed (relation, name, place)
       LEFT JOIN pg_attribute ON attrelid = to_regclass(relation) AND attname = name AND attnum > 0 AND NOT attisdropped
       ORDER BY place`,
      [needed.map(({ table }) => table), needed.map(({ name }) => name)],
    );
    return needed.flatMap(({ table, name }, place) => {
      if (!found[place]?.exists) return `${table}.${name} is missing`;
      return found[place].readable ? [] : `${table}.${name} may not be read by this user`;
    });
  }
}
