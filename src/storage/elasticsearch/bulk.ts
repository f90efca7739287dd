import { setTimeout as delay } from 'node:timers/promises';
import type { ElasticsearchService } from '@nestjs/elasticsearch';
import { type Cluster, isPassing } from './cluster.js';

/** How long to wait before each further try of what the cluster was too busy for, in milliseconds. */
const BACK_OFF_MILLISECONDS = [50, 200, 800, 2_000];

/** The version of a document that is to be replaced or deleted; without one the document must not exist yet. */
export interface Version {
  readonly seqNo: number;
  readonly primaryTerm: number;
}

/** One change of one document. */
export interface BulkOperation {
  readonly index: string;
  readonly id: string;
  /** Left out: the document is deleted. */
  readonly document?: object;
  /** Of the document as it was read; `any`: whatever it is like, and whether it exists or not. */
  readonly version?: Version | 'any';
}

/** What became of an operation. Conflict: the document is not as it was read. Refused: the cluster cannot hold it, ever. */
export type BulkOutcome = 'done' | 'conflict' | 'unavailable' | { readonly refused: string };

interface BulkItem {
  readonly status: number;
  readonly error?: { readonly type: string; readonly reason?: string | null };
}

/**
 * Does `N×` operations in one request each try, durably when it resolves. Those that the cluster is too busy for are tried
 * again a few times, each longer after the one before; none is done twice.
 *
 * @param refresh whether searches find the changes at once
 * @returns `N×` outcomes
 */
export async function bulk(
  cluster: Cluster,
  operations: readonly BulkOperation[],
  { refresh = false } = {},
): Promise<BulkOutcome[]> {
  const outcomes = new Map<BulkOperation, BulkOutcome>();
  let open = operations;
  for (const wait of [0, ...BACK_OFF_MILLISECONDS]) {
    if (open.length === 0) break;
    if (wait > 0) await delay(wait);
    const items = await cluster.write((client) => send(client, open, refresh));
    open.forEach((operation, index) => outcomes.set(operation, outcomeOf(operation, items[index] as BulkItem)));
    open = open.filter((operation) => outcomes.get(operation) === 'unavailable');
  }
  return operations.map((operation) => outcomes.get(operation) as BulkOutcome);
}

async function send(
  client: ElasticsearchService,
  operations: readonly BulkOperation[],
  refresh: boolean,
): Promise<BulkItem[]> {
  const { items } = await client.bulk({ operations: operations.flatMap(toLines), refresh });
  return items.map((item) => (item.create ?? item.index ?? item.delete) as BulkItem);
}

function toLines({ index: _index, id: _id, document, version }: BulkOperation): object[] {
  const target = { _index, _id };
  if (version === undefined) return [{ create: target }, document ?? {}];
  const expected =
    version === 'any' ? target : { ...target, if_seq_no: version.seqNo, if_primary_term: version.primaryTerm };
  return document ? [{ index: expected }, document] : [{ delete: expected }];
}

function outcomeOf({ document }: BulkOperation, { status, error }: BulkItem): BulkOutcome {
  if (!error) return 'done';
  if (status === 409) return 'conflict';
  if (status === 404 && !document) return 'done';
  if (isPassing(status, error.type) || status >= 500) return 'unavailable';
  return { refused: `${error.type}: ${error.reason ?? ''}` };
}
