import { badRequestParameter } from '../http/json-api/api-error.js';
import type { QueryDtoChecks } from '../http/json-api/query-dto.pipe.js';
import { IntegerParameter, TextParameter } from '../http/json-api/query-parameter.decorators.js';
import { MAX_ID_LENGTH } from '../model/limits.js';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;

export class ListItemsQuery implements QueryDtoChecks {
  @IntegerParameter(`Items per page; ${DEFAULT_PAGE_SIZE} by default`, {
    name: 'page[size]',
    minimum: 1,
    maximum: MAX_PAGE_SIZE,
  })
  pageSize = DEFAULT_PAGE_SIZE;

  @TextParameter('`meta.after` of the page before', { name: 'page[after]' })
  pageAfter?: string;

  check(): void {
    if ((this.pageAfter?.length ?? 0) > MAX_ID_LENGTH) throw badRequestParameter('page[after]', 'is too long');
  }
}
