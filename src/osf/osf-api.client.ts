import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import type { User } from '../items/identity.js';
import type { OsfCredential } from './osf-credential.js';
import { readOsfGuid } from './osf-guid.js';
import { OsfUnavailableError } from './osf-unavailable.error.js';

const MAX_DOCUMENT_BYTES = 1024 * 1024;
/** Answers to a credential that is not, or no longer, valid, or that asked too often: others are not refused for it. */
const REFUSED = [400, 401, 403, 429];

/** The root document of the OSF's API, which says whose the request is. */
@Injectable()
export class OsfApi {
  constructor(private readonly configuration: Configuration) {}

  /** Whether there is such an API: `OSF_API_URL` is set. */
  get isConfigured(): boolean {
    return this.configuration.osfApiUrl !== null;
  }

  /**
   * Whose the credential is; null when it is nobody's.
   * @throws OsfUnavailableError which says nothing of the credential
   */
  async currentUser(credential: OsfCredential): Promise<User | null> {
    const { osfApiUrl, osfApiMilliseconds } = this.configuration;
    // Ends the request, and the reading of its answer, however slowly that comes.
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(new Error('too slow')), osfApiMilliseconds);
    try {
      const response = await fetch(String(osfApiUrl), {
        headers: { accept: 'application/vnd.api+json', ...credential },
        // A credential is carried to no other place.
        redirect: 'error',
        signal: ended.signal,
      });
      if (REFUSED.includes(response.status)) return null;
      if (!response.ok) throw new Error(`answered with the status ${response.status}`);
      return userOf(JSON.parse(await readText(response)));
    } catch (error) {
      throw new OsfUnavailableError(`the OSF's API: ${reasonOf(error)}`);
    } finally {
      clearTimeout(timer);
      // What was not read of the answer is not waited for.
      ended.abort();
    }
  }
}

/** @throws Error when the answer is longer than any root document */
async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_DOCUMENT_BYTES) throw new Error('answered with too much');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws Error when the document is none of the OSF's */
function userOf(document: unknown): User | null {
  const user = member(member(document, 'meta'), 'current_user');
  if (user === null) return null;
  const id = member(member(user, 'data'), 'id');
  if (typeof id !== 'string' || readOsfGuid(id) === undefined) throw new Error('answered with something else');
  return { id: id.toLowerCase() };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Of our own words: `fetch` and `JSON.parse` may quote what they were given. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'answered with something else';
  if (error instanceof TypeError) return 'cannot be reached, or answered with a redirect';
  return (error as Error).message;
}
