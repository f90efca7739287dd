import { Injectable } from '@nestjs/common';
import { OsfDatabase } from './osf-database.js';

/** The columns that a query reads, by table. Each query of the OSF's database declares them next to its SQL. */
export type OsfColumns = Readonly<Record<string, readonly string[]>>;

/** The union of the columns of several queries, sorted. */
export function mergeColumns(...queries: readonly OsfColumns[]): OsfColumns {
  const tables = new Set(queries.flatMap((columns) => Object.keys(columns)));
  const columnsOf = (table: string): string[] =>
    [...new Set(queries.flatMap((columns) => columns[table] ?? []))].sort();
  return Object.fromEntries([...tables].sort().map((table) => [table, columnsOf(table)]));
}

/** Compares the OSF's tables, which can change with any release of the OSF, with the columns that our queries need. */
@Injectable()
export class OsfSchema {
  constructor(private readonly database: OsfDatabase) {}

  /**
   * Lists the columns that are missing or not readable, one line for each.
   * @throws OsfUnavailableError
   */
  async findProblems(columns: OsfColumns): Promise<string[]> {
    const required = Object.entries(columns).flatMap(([table, names]) => names.map((name) => ({ table, name })));
    const found = await this.database.select<{ exists: boolean; readable: boolean }>(
      `SELECT attname IS NOT NULL AS exists, coalesce(has_column_privilege(attrelid, attnum, 'SELECT'), false) AS readable
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS required (relation, name, ordinal)
       LEFT JOIN pg_attribute ON attrelid = to_regclass(relation) AND attname = name AND attnum > 0 AND NOT attisdropped
       ORDER BY ordinal`,
      [required.map(({ table }) => table), required.map(({ name }) => name)],
    );
    return required.flatMap(({ table, name }, index) => {
      if (!found[index]?.exists) return `${table}.${name} is missing`;
      return found[index].readable ? [] : `${table}.${name} is not readable by this database user`;
    });
  }
}
