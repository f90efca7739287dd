import { shortKeyedHash } from './short-hash.js';

/** A fragment that some front ends use as a path. */
const ROUTE_FRAGMENT = /^#[/!]/;
const PERCENT_ENCODED = /%[0-9a-f]{2}/gi;
const UNRESERVED = /^[A-Za-z0-9._~-]$/;

/**
 * Parses an absolute http(s) URL and normalizes it, so that equivalent URLs become equal (RFC 3986, sections 6.2.2 and
 * 6.2.3): the case of scheme and host, the default port, dot segments and percent-encoding.
 */
export function parseWebUrl(text: string): URL | undefined {
  if (!/^https?:\/\//i.test(text)) return undefined;
  let url: URL;
  try {
    // Not `URL.canParse`: once optimized, that of Node.js 20 rejects `https://bücher.example`.
    url = new URL(text);
  } catch {
    return undefined;
  }
  if (text.includes('%')) {
    url.pathname = normalizePercentEncoding(url.pathname);
    url.search = normalizePercentEncoding(url.search);
    url.hash = normalizePercentEncoding(url.hash);
  }
  return url;
}

/** The URL as it is stored: queries, fragments and user info can hold passwords, view-only keys and personal data. */
export function toStoredUrl(url: URL): string {
  return url.origin + url.pathname;
}

/**
 * The URL by which double clicks on a page are recognized; undefined where the stored URL is as good. A fragment counts only
 * where it is a route: `#/files`.
 */
export function findComparedUrl(url: URL): string | undefined {
  if (url.href === toStoredUrl(url)) return undefined;
  const [beforeFragment = ''] = url.href.split('#', 1);
  const whole = url.search === '' ? beforeFragment.replace(/\?$/, '') : beforeFragment;
  const compared = ROUTE_FRAGMENT.test(url.hash) ? whole + url.hash : whole;
  return compared === toStoredUrl(url) ? undefined : compared;
}

/** Identifies a URL that is not stored. */
export function hashUrl(url: string, key: Buffer): string {
  return shortKeyedHash(`page\n${url}`, key);
}

/** The path without trailing slashes. */
export function pathOf({ pathname }: URL): string {
  let end = pathname.length;
  while (pathname[end - 1] === '/') end -= 1;
  return pathname.slice(0, end);
}

function normalizePercentEncoding(text: string): string {
  return text.replace(PERCENT_ENCODED, (encoded) => {
    const character = String.fromCharCode(parseInt(encoded.slice(1), 16));
    return UNRESERVED.test(character) ? character : encoded.toUpperCase();
  });
}
