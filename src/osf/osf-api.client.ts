import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import type { User } from '../items/identity.js';
import { hashCredential, type OsfCredential } from './osf-credential.js';
import { readOsfGuid } from './osf-guid.js';
import { OsfCredentialError, OsfUnavailableError } from './osf-unavailable.error.js';

const MAX_DOCUMENT_BYTES = 1024 * 1024;
/** The credential is invalid or has expired: the user is anonymous. */
const REJECTED_STATUSES = [400, 401, 403];
const TOO_MANY_REQUESTS = 429;
const CREDENTIAL_PAUSE_MILLISECONDS = 5_000;
const RATE_LIMIT_PAUSE_MILLISECONDS = 60_000;
/** Errors of a connection that was established: the server closed it, or its response is not HTTP. */
const RESPONSE_ERRORS = /^(ECONNRESET|EPIPE|UND_ERR_(SOCKET|HEADERS_\w+|BODY_\w+|RES\w+)|HPE_\w+)$/;

/** Reads the root document of the OSF's API, which names the current user. */
@Injectable()
export class OsfApi {
  constructor(private readonly configuration: Configuration) {}

  /** Whether `OSF_API_URL` is set. */
  get isConfigured(): boolean {
    return this.configuration.osfApiUrl !== null;
  }

  /**
   * Finds the user whom the credential belongs to; null when the API does not accept it.
   * @throws OsfUnavailableError when the API cannot be reached, OsfCredentialError for every other failure; their messages
   *   never contain the credential
   */
  async findUser(credential: OsfCredential): Promise<User | null> {
    const { osfApiUrl, osfApiMilliseconds } = this.configuration;
    // Limits the whole exchange, including a response body that arrives slowly.
    const controller = new AbortController();
    let pauseMilliseconds = CREDENTIAL_PAUSE_MILLISECONDS;
    const timer = setTimeout(() => controller.abort(new Error('timed out')), osfApiMilliseconds);
    try {
      const response = await fetch(String(osfApiUrl), {
        headers: { accept: 'application/vnd.api+json', ...credential },
        // Following a redirect could send the credential to another host.
        redirect: 'manual',
        signal: controller.signal,
      });
      if (REJECTED_STATUSES.includes(response.status)) return null;
      if (response.status === TOO_MANY_REQUESTS) pauseMilliseconds = RATE_LIMIT_PAUSE_MILLISECONDS;
      if (!response.ok) throw new Error(`returned status ${response.status}`);
      return parseUser(JSON.parse(await readText(response)));
    } catch (error) {
      const message = `the OSF's API ${describeError(error)}`;
      if (isConnectionError(error)) throw new OsfUnavailableError(message);
      throw new OsfCredentialError(message, hashCredential(credential), pauseMilliseconds);
    } finally {
      clearTimeout(timer);
      // Closes the connection if the response was not read to its end.
      controller.abort();
    }
  }
}

/** @throws Error when the response is longer than a root document can be */
async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_DOCUMENT_BYTES) throw new Error('returned a response that is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws Error when the document is not the root document of the OSF's API */
function parseUser(document: unknown): User | null {
  const user = property(property(document, 'meta'), 'current_user');
  if (user === null) return null;
  const id = property(property(user, 'data'), 'id');
  if (typeof id !== 'string' || readOsfGuid(id) === undefined) throw new Error('returned an unexpected document');
  return { id: id.toLowerCase() };
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Replaces messages of `fetch` and `JSON.parse`, which may quote the request or the response. */
function describeError(error: unknown): string {
  if (error instanceof SyntaxError) return 'returned an unexpected document';
  if (isConnectionError(error)) return `cannot be reached (${errorCodeOf(error) ?? 'unknown error'})`;
  if (isFetchError(error)) return `broke off its response (${errorCodeOf(error) ?? 'unknown error'})`;
  return (error as Error).message;
}

/** `fetch` throws a TypeError, which has another constructor in the realm of a test. */
function isFetchError(error: unknown): boolean {
  return (error as Error).name === 'TypeError';
}

/** Whether no connection was established, which has nothing to do with the credential. */
function isConnectionError(error: unknown): boolean {
  return isFetchError(error) && !RESPONSE_ERRORS.test(errorCodeOf(error) ?? 'unknown');
}

function errorCodeOf(error: unknown): string | undefined {
  return ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code;
}
