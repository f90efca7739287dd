import { errors } from '@elastic/elasticsearch';
import type { ElasticsearchService } from '@nestjs/elasticsearch';
import { StoreUnavailableError } from '../metrics.repository.js';
import type { StoreMetrics, StoreOperation } from '../store-metrics.js';

/** The cluster is too busy, or not all there. */
const UNAVAILABLE_STATUSES: readonly (number | undefined)[] = [408, 429, 502, 503, 504];
/** Index blocks: a full disk, or an operator who made indexes read-only. */
const BLOCKED = 'cluster_block_exception';

/** The way to the cluster: every call is timed, and fails in the words of the port. */
export class Cluster {
  /** Why nothing may be read or written yet: what the indexes are like has not been looked at. */
  private closedReason: string | undefined = 'the indexes have not been checked yet';

  constructor(
    readonly client: ElasticsearchService,
    private readonly metrics: StoreMetrics,
  ) {}

  /** Lets reads and writes through. */
  open(): void {
    this.closedReason = undefined;
  }

  async read<T>(work: (client: ElasticsearchService) => Promise<T>): Promise<T> {
    return await this.attempt('read', work);
  }

  async write<T>(work: (client: ElasticsearchService) => Promise<T>): Promise<T> {
    return await this.attempt('write', work);
  }

  private async attempt<T>(operation: StoreOperation, work: (client: ElasticsearchService) => Promise<T>): Promise<T> {
    if (this.closedReason !== undefined) throw new StoreUnavailableError(this.closedReason);
    const done = this.metrics.duration.startTimer({ operation });
    try {
      return await available(work(this.client));
    } finally {
      done();
    }
  }
}

/** @throws StoreUnavailableError in place of what the client throws when the cluster is away, too busy or read-only */
export async function available<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new StoreUnavailableError(`Elasticsearch: ${(error as Error).message}`, { cause: error });
  }
}

/** Whether trying later can help. */
export function isPassing(status: number | undefined, type: string | undefined): boolean {
  return UNAVAILABLE_STATUSES.includes(status) || type === BLOCKED;
}

/** What a call answers that may fail because there is no such thing; undefined then. */
export async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  return await unlessStatus(404, call);
}

/** As `unlessMissing`, of a call that fails when somebody else was faster. */
export async function unlessConflict<T>(call: Promise<T>): Promise<T | undefined> {
  return await unlessStatus(409, call);
}

async function unlessStatus<T>(status: number, call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof errors.ResponseError && error.statusCode === status) return undefined;
    throw error;
  }
}

/** What Elasticsearch calls the error; undefined when it is none of its own. */
export function typeOfError(error: unknown): string | undefined {
  if (!(error instanceof errors.ResponseError)) return undefined;
  return (error.body as { error?: { type?: string } } | undefined)?.error?.type;
}

function isUnavailable(error: unknown): boolean {
  if (error instanceof errors.ResponseError) return isPassing(error.statusCode, typeOfError(error));
  return (
    error instanceof errors.ConnectionError ||
    error instanceof errors.TimeoutError ||
    error instanceof errors.NoLivingConnectionsError
  );
}
