import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorDocument } from '../http/json-api/api-error.js';
import { NDJSON } from '../http/json-api/protocol.js';
import { TOTAL_COUNT_HEADER } from '../http/json-api/protocol.js';
import { describeProblem } from './describe-problem.js';

/** How often lines are sent to a service that is too busy for them, before that is taken for a failure. */
const TRIES = 6;
const DEFAULT_RETRY_SECONDS = 5;

/** The service did not do what it was asked for; in words for the user. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}

/** The service answered with an error. */
export class RefusedError extends CommandError {
  override readonly name = 'RefusedError';

  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** The command was misused: its options do not go together, or their values are none. */
export class MisuseError extends CommandError {
  override readonly name = 'MisuseError';
}

/** Lines of JSON on their way from the service, and how many it said there are. */
export interface ServedLines {
  readonly total: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Speaks to a service over HTTP. */
export class ServiceClient {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  async get<T>(path: string): Promise<T> {
    return (await (await this.send('GET', path)).json()) as T;
  }

  async post<T>(path: string, body: string, contentType: string): Promise<T> {
    return (await (await this.send('POST', path, body, contentType)).json()) as T;
  }

  /** Sends lines of JSON; waits, and sends them again, when the service says that it took none of them and why: 503. */
  async postLines<T>(path: string, lines: readonly string[]): Promise<T> {
    const body = lines.join('\n');
    for (let tries = 1; ; tries += 1) {
      const response = await this.fetch('POST', path, body, NDJSON);
      if (response.status !== 503 || tries === TRIES) return (await (await accepted(response)).json()) as T;
      await response.body?.cancel();
      await delay(Number(response.headers.get('Retry-After') ?? DEFAULT_RETRY_SECONDS) * 1_000);
    }
  }

  async getLines(path: string): Promise<ServedLines> {
    const response = await this.send('GET', path);
    if (!response.body) throw new CommandError('the service answered with nothing');
    return { total: totalOf(response), chunks: response.body };
  }

  /** How many lines `getLines` would give. */
  async countLines(path: string): Promise<number> {
    const response = await this.fetch('HEAD', path);
    // An answer to HEAD does not say what is wrong.
    return totalOf(response.ok ? response : await this.send('GET', path));
  }

  private async send(method: string, path: string, body?: string, contentType?: string): Promise<Response> {
    return await accepted(await this.fetch(method, path, body, contentType));
  }

  private async fetch(method: string, path: string, body?: string, contentType?: string): Promise<Response> {
    const headers = { Authorization: `Bearer ${this.key}`, ...(contentType ? { 'Content-Type': contentType } : {}) };
    const url = new URL(`_/metrics/${path}`, `${this.url.replace(/\/+$/, '')}/`);
    try {
      return await fetch(url, { method, headers, body });
    } catch {
      throw new CommandError(`the service at ${this.url} cannot be reached`);
    }
  }
}

/** @throws RefusedError when the service did not do what it was asked for */
async function accepted(response: Response): Promise<Response> {
  if (!response.ok) throw new RefusedError(await problemOf(response), response.status);
  return response;
}

function totalOf(response: Response): number {
  return Number(response.headers.get(TOTAL_COUNT_HEADER));
}

async function problemOf(response: Response): Promise<string> {
  try {
    const { errors } = (await response.json()) as ErrorDocument;
    return errors.map(describeProblem).join('; ');
  } catch {
    return `the service answered ${response.status}`;
  }
}
