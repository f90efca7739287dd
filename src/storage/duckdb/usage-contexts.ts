import type { DuckDBConnection } from '@duckdb/node-api';
import { LRUCache } from 'lru-cache';
import type { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import { shortHash } from '../../model/short-hash.js';
import { toColumn } from './declared-columns.js';
import { itemHashOf } from './lookup-hash.js';
import { compileIn, selectRows } from './sql.js';
import { TableInsert } from './table-insert.js';
import { CONTEXT_COLUMNS, sqlTypesOf, toUsageRow } from './usage-columns.js';

const CACHED_CONTEXTS = 200_000;

interface ContextRow {
  readonly fingerprint: string;
  readonly context_id: number;
}

const COLUMNS = {
  context_id: 'INTEGER',
  fingerprint: 'VARCHAR',
  item_hash: 'UBIGINT',
  ...sqlTypesOf(CONTEXT_COLUMNS),
};

/** Finds and creates usage contexts: the fields that the usages of an item share. */
export class UsageContexts {
  private readonly idOfFingerprint = new LRUCache<string, number>({ max: CACHED_CONTEXTS });
  private readonly insert = new TableInsert('usage_contexts', COLUMNS);
  private nextId = 1;

  async open(connection: DuckDBConnection): Promise<void> {
    const sql = `select fingerprint, context_id from usage_contexts order by context_id desc limit ${CACHED_CONTEXTS}`;
    const latest = await selectRows<ContextRow>(connection, sql);
    this.nextId = (latest[0]?.context_id ?? 0) + 1;
    for (const { fingerprint, context_id } of latest.reverse()) this.idOfFingerprint.set(fingerprint, context_id);
  }

  /**
   * Stores contexts that are new, even if storing the usages then fails.
   *
   * @returns the id of the context of each usage, in the same order
   */
  async findOrCreate(connection: DuckDBConnection, usages: readonly CountedAuthUsage[]): Promise<number[]> {
    const fingerprints = usages.map(fingerprintOf);
    const usageOf = new Map(fingerprints.map((fingerprint, index) => [fingerprint, usages[index] as CountedAuthUsage]));
    const ids = await this.find(connection, [...usageOf.keys()]);
    const created = [...usageOf]
      .filter(([fingerprint]) => !ids.has(fingerprint))
      .map(([fingerprint, usage], index) => ({ id: this.nextId + index, fingerprint, usage }));
    await this.insert.run(
      connection,
      created.map(({ id, fingerprint, usage }) => {
        const item_hash = usage.item_iri === null ? null : itemHashOf(usage.item_iri);
        return Object.assign(toUsageRow(usage, CONTEXT_COLUMNS), { context_id: id, fingerprint, item_hash });
      }),
    );
    this.nextId += created.length;
    for (const { fingerprint, id } of created) ids.set(fingerprint, id);
    for (const [fingerprint, id] of ids) this.idOfFingerprint.set(fingerprint, id);
    return fingerprints.map((fingerprint) => ids.get(fingerprint) as number);
  }

  /** The ids of the contexts that are stored, by fingerprint. */
  private async find(connection: DuckDBConnection, fingerprints: readonly string[]): Promise<Map<string, number>> {
    const ids = new Map<string, number>();
    for (const fingerprint of fingerprints) {
      const id = this.idOfFingerprint.get(fingerprint);
      if (id !== undefined) ids.set(fingerprint, id);
    }
    // Until there are more contexts than the cache holds, it has all of them.
    if (this.nextId <= CACHED_CONTEXTS || ids.size === fingerprints.length) return ids;
    const unknown = fingerprints.filter((fingerprint) => !ids.has(fingerprint));
    const { sql, values } = compileIn('fingerprint', unknown);
    const select = `select fingerprint, context_id from usage_contexts where ${sql}`;
    const rows = await selectRows<ContextRow>(connection, select, values);
    for (const { fingerprint, context_id } of rows) ids.set(fingerprint, context_id);
    return ids;
  }
}

/** 128 bits, which makes collisions negligible. */
function fingerprintOf(usage: CountedAuthUsage): string {
  return shortHash(JSON.stringify(CONTEXT_COLUMNS.map((column) => toColumn(usage, column))));
}
