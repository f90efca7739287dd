import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FormattedError } from '../json-api/api-error.filter.js';
import type { ErrorDocument } from '../json-api/api-error.js';
import { JSON_API } from '../json-api/protocol.js';

/** More requests at a time would wait for longer than a client does, and take more memory than the service has. */
const MAX_RUNNING_REQUESTS = 2_000;
/** Browsers do not send a request before the response to the last one. A few such requests come from proxies. */
const MAX_RUNNING_REQUESTS_PER_CONNECTION = 16;
/**
 * Node.js accepts one connection each time it has read from all the others. When many requests arrive at once, those that are
 * not started within this time wait for the next time.
 */
const MAX_START_MILLISECONDS = 5;
const PAUSE_SECONDS = 1;
const HEALTH = /^\/health\//;

const DOCUMENT: ErrorDocument = {
  errors: [{ status: '503', title: 'Service Unavailable', detail: 'the service is overloaded; try again later' }],
};
const REFUSAL: FormattedError = { status: 503, mediaType: JSON_API, body: DOCUMENT };

/**
 * Starts as many requests as the service can take, in their order, and refuses the others before the framework spends time on
 * them: 503 while too many requests are running. Nothing is read from a refused client for a second. A connection with too
 * many requests of its own is closed. Health checks are always answered.
 *
 * @param formatRefusal returns the response to a URL whose errors have a form of their own
 */
export function refuseOverload(
  handle: RequestListener,
  formatRefusal: (url: string) => FormattedError | undefined,
): RequestListener {
  const queue = new RequestQueue(handle);
  const connections = new Connections();
  return (request, response) => {
    const { socket, url = '' } = request;
    if (socket.destroyed) return;
    if (connections.count(socket, response) > MAX_RUNNING_REQUESTS_PER_CONNECTION) {
      socket.destroy();
    } else if (HEALTH.test(url)) {
      handle(request, response);
    } else if (!queue.add(request, response)) {
      refuse(response, formatRefusal(url) ?? REFUSAL);
      connections.pause(socket);
    }
  };
}

/** Requests that run, and those that wait for their start. */
class RequestQueue {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly handle: RequestListener) {}

  /** Returns false when too many requests are running. */
  add(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.running >= MAX_RUNNING_REQUESTS) return false;
    this.running += 1;
    response.once('close', () => (this.running -= 1));
    if (this.waiting.length === 0) setImmediate(() => this.start());
    this.waiting.push(() => {
      if (!response.closed) this.handle(request, response);
    });
    return true;
  }

  private start(): void {
    const end = performance.now() + MAX_START_MILLISECONDS;
    while (this.waiting.length > 0 && performance.now() < end) this.waiting.shift()?.();
    if (this.waiting.length > 0) setImmediate(() => this.start());
  }
}

/** The requests of each connection, and the connections of which nothing is read. */
class Connections {
  private readonly running = new WeakMap<Socket, number>();
  private readonly paused = new WeakSet<Socket>();

  /** Counts a request, and returns the number of running requests of its connection. */
  count(socket: Socket, response: ServerResponse): number {
    const count = (this.running.get(socket) ?? 0) + 1;
    this.running.set(socket, count);
    response.once('close', () => this.running.set(socket, (this.running.get(socket) ?? 1) - 1));
    return count;
  }

  /** Reads nothing from a connection for a second. */
  pause(socket: Socket): void {
    if (this.paused.has(socket)) return;
    this.paused.add(socket);
    // Node.js resumes a connection to read the body of a request.
    const pauseAgain = (): Socket => socket.pause();
    socket.on('resume', pauseAgain).pause();
    setTimeout(() => {
      this.paused.delete(socket);
      socket.off('resume', pauseAgain).resume();
    }, PAUSE_SECONDS * 1000).unref();
  }
}

function refuse(response: ServerResponse, { status, mediaType, headers, body }: FormattedError): void {
  const common = { 'Cache-Control': 'no-store', 'Retry-After': String(PAUSE_SECONDS), 'Content-Type': mediaType };
  response.writeHead(status, { ...common, ...headers }).end(JSON.stringify(body));
}
