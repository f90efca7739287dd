import type { Configuration } from '../../config/configuration.js';

/** A part of a long list: by number, counted from 1, or after an element; without either, the first part. */
export interface Page {
  readonly size: number;
  readonly number?: number;
  /** The cursor of the last element of the page before. */
  readonly after?: string;
}

/** The pagination links of JSON:API; null where there is no such page. */
export interface PageLinks {
  readonly self: string;
  readonly first: string;
  readonly prev: string | null;
  readonly next: string | null;
  readonly last: string;
}

/**
 * The link to a path of the service: under `PUBLIC_URL`, or relative without it. Never as the request addresses the service:
 * a client chooses the host of its request, and caches keep responses for others.
 */
export function linkTo({ publicUrl }: Configuration, path: string): string {
  return `${publicUrl ?? ''}${path}`;
}

/**
 * A page requested by number links to its neighbours by number. Any other page links to the next one by cursor, so that
 * a client that follows the links sees each element once, even when others are added meanwhile.
 *
 * @param self the URL of the page; the links keep its other parameters
 * @param nextCursor the cursor of the page's last element, when another page follows
 */
export function linkPages(
  self: string,
  page: Page,
  { total, nextCursor }: { total: number; nextCursor?: string },
): PageLinks {
  const { size, number } = page;
  const last = Math.max(1, Math.ceil(total / size));
  const byNumber = (other: number): string => withPosition(self, 'page[number]', String(other));
  const links = { self, first: withPosition(self), last: byNumber(last) };
  if (number === undefined) {
    return {
      ...links,
      prev: null,
      next: nextCursor === undefined ? null : withPosition(self, 'page[after]', nextCursor),
    };
  }
  return {
    ...links,
    prev: number > 1 ? byNumber(Math.min(number - 1, last)) : null,
    next: number < last ? byNumber(number + 1) : null,
  };
}

/** The URL with another position in the list; without one, the URL of the first page. */
function withPosition(url: string, name?: string, value = ''): string {
  const [path = '', query] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  for (const position of ['page', 'page[number]', 'page[after]']) parameters.delete(position);
  if (name !== undefined) parameters.set(name, value);
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}
