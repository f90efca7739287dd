import type { IncomingHttpHeaders } from 'node:http';

const MAX_LENGTH = 4_096;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** What somebody shows to be known by, as the header with which the OSF's API takes it. Never stored, logged or told. */
export type OsfCredential = { readonly authorization: string } | { readonly cookie: string };

/** A token, or else the session; the API is shown no other cookie. */
export function osfCredentialOf(headers: IncomingHttpHeaders, sessionCookie: string): OsfCredential | undefined {
  const { authorization, cookie = '' } = headers;
  if (authorization !== undefined) {
    const [scheme = '', token = ''] = authorization.split(' ');
    return scheme.toLowerCase() === 'bearer' && isSound(token) ? { authorization: `Bearer ${token}` } : undefined;
  }
  const cookies = cookie.split(';').map((each) => each.trim());
  const session = cookies.find((each) => each.startsWith(`${sessionCookie}=`));
  return session !== undefined && isSound(session) ? { cookie: session } : undefined;
}

function isSound(text: string): boolean {
  return text.length <= MAX_LENGTH && PRINTABLE.test(text);
}
