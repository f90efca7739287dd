import { badParameter } from './api-error.js';
import type { QueryParameters } from './query-parameters.js';

export const DEFAULT_PAGE_SIZE = 10;
export const MAX_PAGE_SIZE = 1_000;
export const MAX_PAGE_NUMBER = 1_000_000;

export const PAGE_PARAMETERS: readonly string[] = ['page[size]', 'page[number]', 'page[after]'];

/** A part of a long list: by number, counted from 1, or after an element of it; without either, the first. */
export interface Page {
  readonly size: number;
  readonly number?: number;
  /** A cursor: where the page before ended. */
  readonly after?: string;
}

/**
 * The page that a request asks for.
 *
 * @param cursor what a cursor looks like
 * @throws ApiError 400 naming the parameter
 */
export function readPage(parameters: QueryParameters, cursor: RegExp): Page {
  const size = parameters.integer('page[size]', { min: 1, max: MAX_PAGE_SIZE }) ?? DEFAULT_PAGE_SIZE;
  const number = parameters.integer('page[number]', { min: 1, max: MAX_PAGE_NUMBER });
  const after = parameters.one('page[after]');
  if (after === undefined) return { size, number };
  if (number !== undefined) throw badParameter('page[after]', 'cannot be used together with page[number]');
  if (!cursor.test(after)) throw badParameter('page[after]', 'must be as a link to a next page has it');
  return { size, after };
}

/** JSON:API's links between pages; null where there is no such page. */
export interface PageLinks {
  readonly self: string;
  readonly first: string;
  readonly prev: string | null;
  readonly next: string | null;
  readonly last: string;
}

/**
 * A page that was asked for by number links to its neighbours by number. Any other links to the next one by cursor, so
 * that nothing is left out or comes twice when something is added while somebody goes through the list.
 *
 * @param self the URL of the page; the parameters in it that are not of the page are kept
 * @param nextCursor the last element of the page when others come after it
 */
export function linkPages(
  self: string,
  page: Page,
  { total, nextCursor }: { total: number; nextCursor?: string },
): PageLinks {
  const { size, number } = page;
  const last = Math.max(1, Math.ceil(total / size));
  const byNumber = (other: number): string => withParameter(self, 'page[number]', String(other));
  const links = { self, first: withParameter(self), last: byNumber(last) };
  if (number === undefined) {
    return {
      ...links,
      prev: null,
      next: nextCursor === undefined ? null : withParameter(self, 'page[after]', nextCursor),
    };
  }
  return {
    ...links,
    prev: number > 1 ? byNumber(Math.min(number - 1, last)) : null,
    next: number < last ? byNumber(number + 1) : null,
  };
}

/** The URL with the given position in the list in place of its own. */
function withParameter(url: string, name?: string, value = ''): string {
  const [path = '', query] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.delete('page[number]');
  parameters.delete('page[after]');
  if (name !== undefined) parameters.set(name, value);
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}
