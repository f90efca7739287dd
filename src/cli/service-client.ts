import type { ErrorDocument } from '../http/api-error.js';

/** The service did not do what it was asked for; in words for the user. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}

/** The command was misused: its options do not go together, or their values are none. */
export class MisuseError extends CommandError {
  override readonly name = 'MisuseError';
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

  /** The answer as it comes. */
  async stream(path: string): Promise<AsyncIterable<Uint8Array>> {
    const { body } = await this.send('GET', path);
    if (!body) throw new CommandError('the service answered with nothing');
    return body;
  }

  private async send(method: string, path: string, body?: string, contentType?: string): Promise<Response> {
    const headers = { Authorization: `Bearer ${this.key}`, ...(contentType ? { 'Content-Type': contentType } : {}) };
    const url = new URL(`_/metrics/${path}`, `${this.url.replace(/\/+$/, '')}/`);
    let response: Response;
    try {
      response = await fetch(url, { method, headers, body });
    } catch {
      throw new CommandError(`the service at ${this.url} cannot be reached`);
    }
    if (!response.ok) throw new CommandError(await problemOf(response));
    return response;
  }
}

async function problemOf(response: Response): Promise<string> {
  try {
    const { errors } = (await response.json()) as ErrorDocument;
    return errors.map(({ title, detail }) => detail ?? title).join('; ');
  } catch {
    return `the service answered ${response.status}`;
  }
}
