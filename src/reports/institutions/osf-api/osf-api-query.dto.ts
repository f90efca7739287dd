import {
  EnumParameter,
  type FilterParameter,
  FilterParameters,
  IgnoredParameters,
  MonthParameter,
  TextParameter,
} from '../../../http/json-api/query-parameter.decorators.js';
import { type Format, FORMATS } from '../../../http/responses/content-negotiation.js';
import type { YearMonth } from '../../../time/year-month.js';
import { NO_DEPARTMENT } from './osf-resources.js';

const DEFAULT_PAGE_SIZE = 10;
const MAX_PAGE_SIZE = 10_000;

/** The query parameters of all routes. As in the OSF's API, unknown parameters are ignored, but never unknown filters. */
export class InstitutionMetricsQuery {
  @MonthParameter('Month (YYYY-MM). Default: the latest month with reports')
  report_yearmonth?: YearMonth;

  @IgnoredParameters((name) => !/^(filter|sort|report_yearmonth)\b/.test(name))
  others?: undefined;
}

export class InstitutionDepartmentsQuery extends InstitutionMetricsQuery {
  @TextParameter('Only this department', { name: 'filter[name]' })
  name?: string;

  @EnumParameter('The format of the response; takes precedence over `Accept`', FORMATS)
  format?: Format;
}

export class InstitutionUsersQuery extends InstitutionMetricsQuery {
  @FilterParameters(
    '`filter[department]=Law`, `filter[orcid_id][ne]=`, and likewise every attribute. An empty value matches users ' +
      `without a value; so does the department \`${NO_DEPARTMENT}\``,
  )
  filters: readonly FilterParameter[] = [];

  @TextParameter('An attribute to sort by; with `-` before it, in descending order', { emptyIsAbsent: true })
  sort?: string;

  @TextParameter('The number of the page, counted from 1, or `last`', { emptyIsAbsent: true })
  page?: string;

  @TextParameter(`Users per page, up to ${MAX_PAGE_SIZE}; ${DEFAULT_PAGE_SIZE} by default. A file contains all users`, {
    name: 'page[size]',
  })
  pageSizeText?: string;

  @EnumParameter('The format of the response; takes precedence over `Accept`', FORMATS)
  format?: Format;

  /** As in the OSF's API, an invalid size means the default, and a larger one the maximum. */
  get pageSize(): number {
    const size = Number(this.pageSizeText ?? DEFAULT_PAGE_SIZE);
    return Number.isInteger(size) && size > 0 ? Math.min(size, MAX_PAGE_SIZE) : DEFAULT_PAGE_SIZE;
  }
}
