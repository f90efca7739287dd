import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const MAX_LENGTH = 4_096;
const PRINTABLE_ASCII = /^[\x21-\x7e]+$/;

/** A bearer token or a session cookie, as the request header for the OSF's API. Never stored or logged. */
export type OsfCredential = { readonly authorization: string } | { readonly cookie: string };

/** Prefers a token to the session cookie. Other cookies are never passed on. */
export function readOsfCredential(headers: IncomingHttpHeaders, sessionCookie: string): OsfCredential | undefined {
  const { authorization, cookie = '' } = headers;
  if (authorization !== undefined) {
    const [scheme = '', token = ''] = authorization.split(' ');
    return scheme.toLowerCase() === 'bearer' && isValid(token) ? { authorization: `Bearer ${token}` } : undefined;
  }
  const cookies = cookie.split(';').map((each) => each.trim());
  const session = cookies.find((each) => each.startsWith(`${sessionCookie}=`));
  return session !== undefined && isValid(session) ? { cookie: session } : undefined;
}

/** Identifies a credential in memory, where the credential itself is not kept. */
export function hashCredential(credential: OsfCredential): string {
  return createHash('sha256').update(JSON.stringify(credential)).digest('base64');
}

function isValid(text: string): boolean {
  return text.length <= MAX_LENGTH && PRINTABLE_ASCII.test(text);
}
