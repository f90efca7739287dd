import { MonthParameter } from '../../http/json-api/query-parameter.decorators.js';
import { FileQuery } from '../../http/responses/file-query.dto.js';
import type { YearMonth } from '../../time/year-month.js';
import { ListReportsQuery } from '../report-query.dto.js';

const MONTH = 'Month (YYYY-MM). Default: the latest month with reports';

export class InstitutionQuery {
  @MonthParameter(MONTH)
  report_yearmonth?: YearMonth;
}

export class InstitutionDepartmentsQuery extends FileQuery {
  @MonthParameter(MONTH)
  report_yearmonth?: YearMonth;
}

export class InstitutionUsersQuery extends ListReportsQuery {
  @MonthParameter(MONTH)
  report_yearmonth?: YearMonth;
}
