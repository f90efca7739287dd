import type { DuckDBConnection } from '@duckdb/node-api';
import { LRUCache } from 'lru-cache';
import type { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import { shortHash } from '../../model/short-hash.js';
import { isOneOf, selectRows, textList } from './database.js';
import { toColumn } from './declared-columns.js';
import { TableInsert } from './table-insert.js';
import { CONTEXT_COLUMNS, sqlTypesOf, toUsageRow } from './usage-columns.js';

const CACHED_CONTEXTS = 200_000;

interface ContextRow {
  readonly fingerprint: string;
  readonly context_id: number;
}

const COLUMNS = { context_id: 'INTEGER', fingerprint: 'VARCHAR', ...sqlTypesOf(CONTEXT_COLUMNS) };

/** Finds and makes the numbers of contexts. */
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

  /** The context of each of `N×` usages. Those that are new are stored, whatever then becomes of the usages. */
  async findOrCreate(connection: DuckDBConnection, usages: readonly CountedAuthUsage[]): Promise<number[]> {
    const usageOf = new Map(usages.map((usage) => [fingerprintOf(usage), usage]));
    const ids = new Map<string, number>();
    for (const fingerprint of usageOf.keys()) {
      const id = this.idOfFingerprint.get(fingerprint);
      if (id !== undefined) ids.set(fingerprint, id);
    }
    const unknown = [...usageOf.keys()].filter((fingerprint) => !ids.has(fingerprint));
    for (const { fingerprint, context_id } of await this.stored(connection, unknown)) ids.set(fingerprint, context_id);
    const missing = unknown.filter((fingerprint) => !ids.has(fingerprint));
    const made = missing.map((fingerprint, index) => ({
      id: this.nextId + index,
      fingerprint,
      usage: usageOf.get(fingerprint) as CountedAuthUsage,
    }));
    await this.insert.run(
      connection,
      made.map(({ id, fingerprint, usage }) =>
        Object.assign(toUsageRow(usage, CONTEXT_COLUMNS), { context_id: id, fingerprint }),
      ),
    );
    this.nextId += made.length;
    for (const { fingerprint, id } of made) ids.set(fingerprint, id);
    for (const [fingerprint, id] of ids) this.idOfFingerprint.set(fingerprint, id);
    return usages.map((usage) => ids.get(fingerprintOf(usage)) as number);
  }

  /** Those of the contexts that are stored, although they are not cached. */
  private async stored(connection: DuckDBConnection, fingerprints: readonly string[]): Promise<ContextRow[]> {
    // While there are no more contexts than the cache holds, it knows them all.
    if (fingerprints.length === 0 || this.nextId <= CACHED_CONTEXTS) return [];
    const sql = `select fingerprint, context_id from usage_contexts where ${isOneOf('fingerprint')}`;
    return await selectRows<ContextRow>(connection, sql, [textList(fingerprints)]);
  }
}

/** 128 bits, so that no two contexts ever share one. */
function fingerprintOf(usage: CountedAuthUsage): string {
  return shortHash(JSON.stringify(CONTEXT_COLUMNS.map((column) => toColumn(usage, column))));
}
