import { badRequestParameter } from './api-error.js';
import type { Page } from './links.js';
import type { QueryParameters } from './query-parameters.js';

export { linkPages, type Page } from './links.js';

// Replaced by PageQuery; deleted as soon as the report lists use it.
export const DEFAULT_PAGE_SIZE = 10;
export const MAX_PAGE_SIZE = 1_000;
export const MAX_PAGE_NUMBER = 1_000_000;

export const PAGE_PARAMETERS: readonly string[] = ['page[size]', 'page[number]', 'page[after]'];

export function readPage(parameters: QueryParameters, cursor: RegExp): Page {
  const size = parameters.integer('page[size]', { min: 1, max: MAX_PAGE_SIZE }) ?? DEFAULT_PAGE_SIZE;
  const number = parameters.integer('page[number]', { min: 1, max: MAX_PAGE_NUMBER });
  const after = parameters.one('page[after]');
  if (after === undefined) return { size, number };
  if (number !== undefined) throw badRequestParameter('page[after]', 'cannot be used together with page[number]');
  if (!cursor.test(after)) throw badRequestParameter('page[after]', 'must be a cursor taken from `links.next`');
  return { size, after };
}
