import { badRequestParameter } from './api-error.js';
import type { Page } from './links.js';
import type { QueryDtoChecks } from './query-dto.pipe.js';
import { IntegerParameter, TextParameter } from './query-parameter.decorators.js';

const DEFAULT_PAGE_SIZE = 10;
const MAX_PAGE_SIZE = 1_000;
const MAX_PAGE_NUMBER = 1_000_000;

/** The id of the last element of the page before: 22 characters of base64url. */
const CURSOR = /^[\w-]{22}$/;

/** The query parameters of a route that returns a list a page at a time. */
export class PageQuery implements QueryDtoChecks {
  @IntegerParameter('Elements per page', {
    name: 'page[size]',
    minimum: 1,
    maximum: MAX_PAGE_SIZE,
    default: DEFAULT_PAGE_SIZE,
  })
  pageSize?: number;

  @IntegerParameter('The number of the page, counted from 1', {
    name: 'page[number]',
    minimum: 1,
    maximum: MAX_PAGE_NUMBER,
  })
  pageNumber?: number;

  @IntegerParameter('The same as `page[number]`, as in the API of the OSF', {
    name: 'page',
    minimum: 1,
    maximum: MAX_PAGE_NUMBER,
  })
  osfPageNumber?: number;

  @TextParameter('A cursor taken from `links.next`: the page after it', { name: 'page[after]' })
  pageAfter?: string;

  check(): void {
    if (this.osfPageNumber !== undefined) {
      if (this.pageNumber !== undefined) {
        throw badRequestParameter('page', 'cannot be used together with page[number]');
      }
      this.pageNumber = this.osfPageNumber;
    }
    if (this.pageAfter === undefined) return;
    if (this.pageNumber !== undefined) {
      throw badRequestParameter('page[after]', 'cannot be used together with page[number]');
    }
    if (!CURSOR.test(this.pageAfter)) {
      throw badRequestParameter('page[after]', 'must be a cursor taken from `links.next`');
    }
  }

  get page(): Page {
    return { size: this.pageSize ?? DEFAULT_PAGE_SIZE, number: this.pageNumber, after: this.pageAfter };
  }

  /** Whether the request has any paging parameter. */
  get isPaged(): boolean {
    return [this.pageSize, this.pageNumber, this.pageAfter].some((value) => value !== undefined);
  }
}
