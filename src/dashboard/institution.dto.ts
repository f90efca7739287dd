import {
  EnumParameter,
  IntegerParameter,
  MonthParameter,
  TextParameter,
} from '../http/json-api/query-parameter.decorators.js';
import type { YearMonth } from '../time/year-month.js';
import { PageWithoutRangeDto } from './page-without-range.dto.js';

const MAX_PAGE = 1_000;
const emptyIsAbsent = true;

/** The value of `department` for users without one. */
export const NO_DEPARTMENT = '-';

export class InstitutionDto extends PageWithoutRangeDto {
  @MonthParameter('The month. Default: the latest month with reports', { emptyIsAbsent })
  month?: YearMonth;

  @TextParameter(`Only users of this department; \`${NO_DEPARTMENT}\`: users without one`, { emptyIsAbsent })
  department?: string;

  @EnumParameter('Only users with or without an ORCID iD', ['yes', 'no'], { emptyIsAbsent })
  orcid?: 'yes' | 'no';

  @IntegerParameter('The page of the list of users', { minimum: 1, maximum: MAX_PAGE, default: 1 })
  page = 1;
}
