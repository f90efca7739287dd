import type { PublicUsageFilter, UsageSumKey } from '../usage-sum-query.js';
import { compileIn, joinConditions, type Statement } from './sql.js';

type ContextFilter = Pick<PublicUsageFilter, 'providers' | 'itemTypes' | 'itemIris'>;

/** The contexts of public items that the filter selects, with their key. @param column another column of them */
export function compilePublicContexts(filter: ContextFilter, by: UsageSumKey, column: string): Statement {
  const { sql, values } = compileContexts(filter, by, column);
  return { sql: `${sql} and item_public`, values };
}

/** As `compilePublicContexts`, of all items. */
export function compileContexts(filter: ContextFilter, by: UsageSumKey, column: string): Statement {
  const fields = { provider_id: filter.providers, item_type: filter.itemTypes, item_iri: filter.itemIris };
  const key = by === 'all' ? `''` : by;
  const { sql, values } = joinConditions([
    { sql: `item_hash is not null and ${key} is not null`, values: [] },
    ...Object.entries(fields).flatMap(([field, allowed]) => (allowed ? [compileIn(field, allowed)] : [])),
  ]);
  return { sql: `select context_id, ${key} as key, ${column} from usage_contexts where ${sql}`, values };
}
