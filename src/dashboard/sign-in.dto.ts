import { badRequestParameter } from '../http/json-api/api-error.js';
import type { QueryDtoChecks } from '../http/json-api/query-dto.pipe.js';
import { TextParameter } from '../http/json-api/query-parameter.decorators.js';
import { isPagePath } from './page-request.js';

/** Where to go after the sign-in. */
export class SignInDto implements QueryDtoChecks {
  @TextParameter(
    'The page to open: its path under `/_/metrics/`. Default: the state of the service for administrators, otherwise the overview',
    { emptyIsAbsent: true },
  )
  page?: string;

  check(): void {
    if (this.page && !isPagePath(this.page)) throw badRequestParameter('page', 'must be the path of a page');
  }
}
