import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LRUCache } from 'lru-cache';
import type { CountedAuthUsage } from '../../usage-events/counted-auth-usage.js';
import { appendRows } from './append-rows.js';
import { isOneOf, selectOne, selectRows, textList } from './database.js';

const CACHED_CONTEXTS = 50_000;

/** What usages of one item have in common; each distinct one is stored once. */
export const CONTEXT_FIELDS = [
  'platform_iri',
  'database_iri',
  'item_iri',
  'item_osfid',
  'item_type',
  'item_public',
  'provider_id',
  'within_iris',
] as const satisfies readonly (keyof CountedAuthUsage)[];

/** Finds and makes the numbers of contexts. */
export class UsageContexts {
  private readonly idOfFingerprint = new LRUCache<string, number>({ max: CACHED_CONTEXTS });
  private nextId = 1;

  async open(connection: DuckDBConnection): Promise<void> {
    const sql = 'select coalesce(max(context_id), 0) as last from usage_contexts';
    const { last } = await selectOne<{ last: number }>(connection, sql);
    this.nextId = last + 1;
  }

  /**
   * The context of each usage; stores those that are new, within the transaction of the connection.
   * @returns `N×` ids, and `remember`, to be called when the transaction has succeeded
   */
  async find(
    connection: DuckDBConnection,
    usages: readonly CountedAuthUsage[],
  ): Promise<{ ids: number[]; remember: () => void }> {
    const fingerprints = usages.map(fingerprintOf);
    const ids = new Map<string, number>();
    const unknown = new Map<string, CountedAuthUsage>();
    fingerprints.forEach((fingerprint, index) => {
      const id = this.idOfFingerprint.get(fingerprint);
      if (id === undefined) unknown.set(fingerprint, usages[index] as CountedAuthUsage);
      else ids.set(fingerprint, id);
    });
    let nextId = this.nextId;
    if (unknown.size > 0) {
      for (const [fingerprint, id] of await this.stored(connection, [...unknown.keys()])) {
        ids.set(fingerprint, id);
        unknown.delete(fingerprint);
      }
      const made = [...unknown].map(([fingerprint, usage]) => ({ id: nextId++, fingerprint, usage }));
      await this.store(connection, made);
      for (const { fingerprint, id } of made) ids.set(fingerprint, id);
    }
    return {
      ids: fingerprints.map((fingerprint) => ids.get(fingerprint) as number),
      remember: () => {
        this.nextId = nextId;
        for (const [fingerprint, id] of ids) this.idOfFingerprint.set(fingerprint, id);
      },
    };
  }

  private async stored(connection: DuckDBConnection, fingerprints: string[]): Promise<[string, number][]> {
    const rows = await selectRows<{ fingerprint: string; context_id: number }>(
      connection,
      `select fingerprint, context_id from usage_contexts where ${isOneOf('fingerprint')}`,
      [textList(fingerprints)],
    );
    return rows.map((row) => [row.fingerprint, row.context_id]);
  }

  private async store(
    connection: DuckDBConnection,
    contexts: readonly { id: number; fingerprint: string; usage: CountedAuthUsage }[],
  ): Promise<void> {
    if (contexts.length === 0) return;
    await appendRows(
      connection,
      'usage_contexts',
      contexts.map(({ id, fingerprint, usage }) => [id, fingerprint, ...CONTEXT_FIELDS.map((field) => usage[field])]),
    );
    await appendRows(
      connection,
      'usage_context_within',
      contexts.flatMap(({ id, usage }) => usage.within_iris.map((iri) => [id, iri])),
    );
  }
}

/** 128 bits, so that no two contexts ever share one. */
function fingerprintOf(usage: CountedAuthUsage): string {
  const text = JSON.stringify(CONTEXT_FIELDS.map((field) => usage[field]));
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
