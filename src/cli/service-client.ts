import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorDocument } from '../http/json-api/api-error.js';
import { API_PREFIX, NDJSON, TOTAL_COUNT_HEADER } from '../http/json-api/protocol.js';
import { describeProblem } from './describe-problem.js';

/** How often lines are sent to a service that returns 503 before the command fails. */
const MAX_ATTEMPTS = 6;
const DEFAULT_RETRY_SECONDS = 5;

/** A failure with a message for the user. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}

/** The service returned an error. */
export class RefusedError extends CommandError {
  override readonly name = 'RefusedError';

  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** The options are invalid or cannot be combined. */
export class MisuseError extends CommandError {
  override readonly name = 'MisuseError';
}

/** An error of the COUNTER API. */
interface CounterException {
  readonly Code: number;
  readonly Message: string;
  readonly Data?: string;
}

/** JSON lines from the service. */
export interface LineStream {
  /** The number of lines that the service announced. */
  readonly total: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Sends requests to a service over HTTP. */
export class ServiceClient {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  async get<T>(path: string): Promise<T> {
    return (await (await this.send('GET', path)).json()) as T;
  }

  async getText(path: string): Promise<string> {
    return await (await this.send('GET', path)).text();
  }

  async post<T>(path: string, body: string, contentType: string): Promise<T> {
    return (await (await this.send('POST', path, body, contentType)).json()) as T;
  }

  /** Sends JSON lines. While the service returns 503, which means that it stored none of them, waits and sends them again. */
  async postLines<T>(path: string, lines: readonly string[]): Promise<T> {
    const body = lines.join('\n');
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.fetch('POST', path, body, NDJSON);
      if (response.status !== 503 || attempt === MAX_ATTEMPTS) return (await (await requireOk(response)).json()) as T;
      await response.body?.cancel();
      await delay(Number(response.headers.get('Retry-After') ?? DEFAULT_RETRY_SECONDS) * 1_000);
    }
  }

  async getLines(path: string): Promise<LineStream> {
    const response = await this.send('GET', path);
    if (!response.body) throw new CommandError('the service returned an empty response');
    return { total: totalOf(response), chunks: response.body };
  }

  async getBytes(path: string): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.send('GET', path);
    if (!body) throw new CommandError('the service returned an empty response');
    return body;
  }

  /** The number of lines that `getLines` would return. */
  async countLines(path: string): Promise<number> {
    const response = await this.fetch('HEAD', path);
    // The response to HEAD has no body that describes an error.
    return totalOf(response.ok ? response : await this.send('GET', path));
  }

  private async send(method: string, path: string, body?: string, contentType?: string): Promise<Response> {
    return await requireOk(await this.fetch(method, path, body, contentType));
  }

  private async fetch(method: string, path: string, body?: string, contentType?: string): Promise<Response> {
    const headers = { Authorization: `Bearer ${this.key}`, ...(contentType ? { 'Content-Type': contentType } : {}) };
    const url = new URL(`${API_PREFIX}/${path}`, `${this.url.replace(/\/$/, '')}/`);
    try {
      return await fetch(url, { method, headers, body });
    } catch (error) {
      throw new CommandError(`the service at ${this.url} cannot be reached: ${describeCause(error as Error)}`);
    }
  }
}

/** Why `fetch` failed: `connect ECONNREFUSED 127.0.0.1:8080`, or what is wrong with the certificate. */
function describeCause({ message, cause }: Error): string {
  const { message: reason, code } = (cause ?? {}) as NodeJS.ErrnoException;
  // Of several addresses that all failed, only the code is known.
  return reason || code || message;
}

/** @throws RefusedError if the status is not a success */
async function requireOk(response: Response): Promise<Response> {
  if (!response.ok) throw new RefusedError(await describeError(response), response.status);
  return response;
}

function totalOf(response: Response): number {
  return Number(response.headers.get(TOTAL_COUNT_HEADER));
}

async function describeError(response: Response): Promise<string> {
  try {
    const document = (await response.json()) as ErrorDocument | CounterException;
    if ('errors' in document) return document.errors.map(describeProblem).join('; ');
    return [`${document.Code} ${document.Message}`, document.Data].filter(Boolean).join(': ');
  } catch {
    return `the service returned status ${response.status}`;
  }
}
