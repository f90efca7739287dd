import { notFound } from '../../../http/json-api/api-error.js';

/** A page of the OSF's API. Pages are counted from 1. */
export interface OsfPage {
  readonly number: number;
  readonly size: number;
  readonly total: number;
}

/** The links of a page; null to the page itself, and where there is no such page. */
export interface OsfPageLinks {
  readonly self: string;
  readonly first: string | null;
  readonly last: string | null;
  readonly prev: string | null;
  readonly next: string | null;
}

/** @param page the number of the page, or `last` @throws ApiError 404 if there is no such page */
export function readPageNumber(page = '1', { size, total }: Omit<OsfPage, 'number'>): number {
  const last = lastPage({ size, total });
  const number = page === 'last' ? last : Number(page);
  if (Number.isInteger(number) && number >= 1 && number <= last) return number;
  throw notFound('Not Found', 'Invalid page.');
}

/** @param url the URL of the page */
export function linkOsfPages(url: string, page: OsfPage): OsfPageLinks {
  const { number } = page;
  const last = lastPage(page);
  return {
    self: toPage(url, number),
    first: number > 1 ? toPage(url, 1) : null,
    last: number < last ? toPage(url, last) : null,
    prev: number > 1 ? toPage(url, number - 1) : null,
    next: number < last ? toPage(url, number + 1) : null,
  };
}

function lastPage({ size, total }: Omit<OsfPage, 'number'>): number {
  return Math.max(1, Math.ceil(total / size));
}

/** The URL with sorted parameters, and the given page in place of its own. */
function toPage(url: string, number: number): string {
  const [path = '', query] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  for (const name of ['page', '_']) parameters.delete(name);
  if (number > 1) parameters.set('page', String(number));
  parameters.sort();
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}
