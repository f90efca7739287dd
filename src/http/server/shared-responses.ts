import { PassThrough, Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../time/clock.js';
import { API_PREFIX } from '../json-api/protocol.js';
import { PUBLIC_MAX_AGE_SECONDS } from '../responses/cache-headers.js';

const BYTES_PER_MEBIBYTE = 1_048_576;
const TOO_MANY_REQUESTS = 429;
/** A longer response is streamed to each client. */
const MAX_RESPONSE_BYTES = BYTES_PER_MEBIBYTE;
/** The headers that depend on the content, not on the request. */
const CONTENT_HEADERS = [
  'content-type',
  'content-disposition',
  'content-security-policy',
  'cross-origin-resource-policy',
  'cache-control',
  'link',
  'retry-after',
  'vary',
];
/** Headers by which a request can have a response of its own. */
const PERSONAL_HEADERS = ['authorization', 'cookie', 'range'];

interface StoredResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface KeptResponse extends StoredResponse {
  /** By the monotonic clock. */
  readonly expiresAt: number;
}

/** A response that others may be waiting for. `finish` is called once: with undefined when it cannot be shared. */
interface PendingResponse {
  readonly response: Promise<StoredResponse | undefined>;
  finish(response: StoredResponse | undefined): void;
}

/** The configuration of routes whose responses depend on the reader's language. */
export interface LocalizedRoute {
  readonly isLocalized?: boolean;
}

/**
 * Lets equal anonymous requests share one read of the store: those at the same time wait for the first one's response, and a
 * public response serves later ones for its `max-age`.
 */
export class SharedResponses {
  private readonly kept: LRUCache<string, KeptResponse>;
  private readonly pending = new Map<string, PendingResponse>();
  private readonly keyOfRequest = new WeakMap<FastifyRequest, string>();

  constructor(
    sizeMebibytes: number,
    private readonly clock: Clock,
  ) {
    const sizeCalculation = ({ body }: KeptResponse): number => body.length + 1_000;
    this.kept = new LRUCache({ maxSize: sizeMebibytes * BYTES_PER_MEBIBYTE, sizeCalculation });
  }

  /** Adds the hooks to the routes that are registered later. */
  register(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => {
      if (route.method !== 'GET' || !route.url.startsWith(`/${API_PREFIX}/`)) return;
      route.preHandler = [(request, reply) => this.respond(request, reply), ...[route.preHandler ?? []].flat()];
      route.onSend = [
        (request, reply, payload) => Promise.resolve(this.share(request, reply, payload)),
        ...[route.onSend ?? []].flat(),
      ];
      route.onResponse = [
        (request: FastifyRequest) => {
          this.settle(request, undefined);
          return Promise.resolve();
        },
        ...[route.onResponse ?? []].flat(),
      ];
    });
  }

  /** Responds from memory if that is possible; otherwise lets the route respond. */
  private async respond(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (PERSONAL_HEADERS.some((name) => request.headers[name] !== undefined)) return;
    const key = keyOf(request);
    const response = this.findKept(key) ?? (await this.pending.get(key)?.response);
    if (response) {
      await reply.status(response.status).headers(response.headers).send(response.body);
    } else if (!this.pending.has(key)) {
      this.pending.set(key, newPendingResponse());
      this.keyOfRequest.set(request, key);
    }
  }

  private findKept(key: string): StoredResponse | undefined {
    const kept = this.kept.get(key);
    return kept && kept.expiresAt > this.clock.monotonicMilliseconds() ? kept : undefined;
  }

  private share(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
    if (!this.keyOfRequest.has(request)) return payload;
    if (payload instanceof Readable) {
      return collect(payload, (body) => this.settle(request, body && toStoredResponse(reply, body)));
    }
    const body = Buffer.from(typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : '');
    // Another client is not over its limit.
    this.settle(request, reply.statusCode === TOO_MANY_REQUESTS ? undefined : toStoredResponse(reply, body));
    return payload;
  }

  private settle(request: FastifyRequest, response: StoredResponse | undefined): void {
    const key = this.keyOfRequest.get(request);
    if (key === undefined) return;
    this.keyOfRequest.delete(request);
    this.pending.get(key)?.finish(response);
    this.pending.delete(key);
    if (response?.status !== 200 || !response.headers['cache-control']?.startsWith('public')) return;
    const expiresAt = this.clock.monotonicMilliseconds() + PUBLIC_MAX_AGE_SECONDS * 1000;
    this.kept.set(key, { ...response, expiresAt });
  }
}

function keyOf({ headers, url, routeOptions }: FastifyRequest): string {
  const { isLocalized } = (routeOptions.config ?? {}) as LocalizedRoute;
  const language = isLocalized ? headers['accept-language'] : undefined;
  return JSON.stringify([url, headers.accept, language]);
}

function newPendingResponse(): PendingResponse {
  let finish: PendingResponse['finish'] = () => undefined;
  const response = new Promise<StoredResponse | undefined>((resolve) => (finish = resolve));
  return { response, finish };
}

function toStoredResponse(reply: FastifyReply, body: Buffer): StoredResponse {
  const headers = CONTENT_HEADERS.map((name) => [name, reply.getHeader(name)] as const);
  return {
    status: reply.statusCode,
    headers: Object.fromEntries(headers.filter(([, value]) => value !== undefined)) as StoredResponse['headers'],
    body,
  };
}

/** Passes the stream on. Calls `onEnd` with its content; first with undefined when it is too long or breaks off. */
function collect(source: Readable, onEnd: (content: Buffer | undefined) => void): Readable {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const target = new PassThrough();
  source.on('data', (chunk: Buffer | string) => {
    bytes += chunk.length;
    if (bytes <= MAX_RESPONSE_BYTES) chunks.push(Buffer.from(chunk));
    else onEnd(undefined);
  });
  source.once('error', (error) => target.destroy(error));
  target.once('close', () => {
    source.destroy();
    onEnd(undefined);
  });
  source.once('end', () => onEnd(bytes <= MAX_RESPONSE_BYTES ? Buffer.concat(chunks) : undefined));
  return source.pipe(target);
}
