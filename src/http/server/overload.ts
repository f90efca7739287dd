import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorDocument } from '../json-api/api-error.js';
import { JSON_API } from '../json-api/protocol.js';

/** More requests at a time would wait for longer than a client does, and take more memory than the service has. */
const MAX_RUNNING_REQUESTS = 2_000;
/** Browsers do not send a request before the response to the last one. A few such requests come from proxies. */
const MAX_RUNNING_REQUESTS_PER_CONNECTION = 16;
/**
 * Node.js reads from all connections before it continues with anything else. When the requests of one such round take longer,
 * the store and the requests that already run would wait for too long.
 */
const MAX_ROUND_MILLISECONDS = 250;
const HEALTH = /^\/health\//;

const DOCUMENT: ErrorDocument = {
  errors: [{ status: '503', title: 'Service Unavailable', detail: 'the service is overloaded; try again later' }],
};
const BODY = JSON.stringify(DOCUMENT);
const HEADERS = {
  'Content-Type': JSON_API,
  'Content-Length': BODY.length,
  'Cache-Control': 'no-store',
  'Retry-After': '1',
} as const;

/**
 * Refuses requests over what the service can take, before the framework spends time on them: 503 while too many requests are
 * running in all, or when too many arrive at once. A connection with too many of them is closed. Health checks are always
 * answered.
 */
export function refuseOverload(handle: RequestListener): RequestListener {
  const runningOfConnection = new WeakMap<Socket, number>();
  let running = 0;
  let roundStart: number | undefined;
  const isRoundOver = (): boolean => {
    const now = performance.now();
    if (roundStart === undefined) {
      roundStart = now;
      setImmediate(() => (roundStart = undefined));
    }
    return now - roundStart > MAX_ROUND_MILLISECONDS;
  };
  return (request, response) => {
    const { socket } = request;
    if (socket.destroyed) return;
    const ofConnection = runningOfConnection.get(socket) ?? 0;
    if (ofConnection >= MAX_RUNNING_REQUESTS_PER_CONNECTION) {
      socket.destroy();
      return;
    }
    if ((running >= MAX_RUNNING_REQUESTS || isRoundOver()) && !HEALTH.test(request.url ?? '')) {
      refuse(response);
      return;
    }
    running += 1;
    runningOfConnection.set(socket, ofConnection + 1);
    response.once('close', () => {
      running -= 1;
      runningOfConnection.set(socket, (runningOfConnection.get(socket) ?? 1) - 1);
    });
    handle(request, response);
  };
}

function refuse(response: ServerResponse): void {
  response.writeHead(503, HEADERS).end(BODY);
}
