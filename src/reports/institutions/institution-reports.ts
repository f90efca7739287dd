import { applyDecorators, Injectable } from '@nestjs/common';
import { ApiParam, ApiQuery } from '@nestjs/swagger';
import { type ApiError, badRequestParameter, notFound } from '../../http/json-api/api-error.js';
import type { QueryParameters } from '../../http/json-api/query-parameters.js';
import type { MonthlyReport } from '../../model/report.js';
import type { ReportClass } from '../../model/report-type.js';
import { DeletedUsers } from '../../osf/deleted-users.service.js';
import { MetricsRepository } from '../../storage/metrics.repository.js';
import type { ReportFilter, ReportQuery } from '../../storage/report-query.js';
import { YearMonth } from '../../time/year-month.js';
import { MonthlyInstitutionSummaryReport } from '../monthly/institution-summary.js';
import { MonthlyInstitutionalUserReport } from '../monthly/institutional-user.js';

/** The parameter that names a month. */
export const MONTH_PARAMETER = 'report_yearmonth';

/** What the OSF calls a user whose data it deleted on demand. */
const DELETED_USER_NAME = 'Deleted user';

/** Reports of one institution in one month; there may be none. */
export interface ReportsOfMonth extends ReportQuery {
  readonly first: YearMonth;
  readonly last: YearMonth;
  readonly filters: readonly ReportFilter[];
}

/** Finds the saved reports about an institution. */
@Injectable()
export class InstitutionReports {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly deletedUsers: DeletedUsers,
  ) {}

  /**
   * The summary of the month that the request names, or else the latest.
   * @throws ApiError 400 for what is no month, 404 without a summary
   */
  async summary(institutionId: string, parameters: QueryParameters): Promise<MonthlyInstitutionSummaryReport> {
    const month = readMonth(parameters);
    const summary = await this.latest(MonthlyInstitutionSummaryReport, institutionId, month);
    if (!summary) throw noReport(institutionId, month);
    return summary;
  }

  /**
   * The users in the month that the request names, or else in the latest of which there are reports. Those whose data
   * the OSF deleted, before the report was made or since, are left out.
   *
   * @throws ApiError 400 for what is no month, 404 for an institution of which there never was a report
   */
  async users(institutionId: string, parameters: QueryParameters): Promise<ReportsOfMonth> {
    const asked = readMonth(parameters);
    const latest =
      (await this.latest(MonthlyInstitutionalUserReport, institutionId)) ??
      (await this.latest(MonthlyInstitutionSummaryReport, institutionId));
    if (!latest) throw noReport(institutionId);
    const month = asked ?? latest.cycle;
    const deleted = await this.deletedUsers.findGuids(institutionId);
    const filters: ReportFilter[] = [
      ofInstitution(institutionId),
      { path: 'user_name', operator: 'ne', value: DELETED_USER_NAME },
      ...deleted.map((value) => ({ path: 'user_id', operator: 'ne', value }) as const),
    ];
    return { first: month, last: month, filters };
  }

  private async latest<R extends MonthlyReport>(
    reportClass: ReportClass<R>,
    institutionId: string,
    month?: YearMonth,
  ): Promise<R | undefined> {
    const reports = this.repository.streamReports(reportClass, {
      first: month,
      last: month,
      filters: [ofInstitution(institutionId)],
      sort: [{ path: MONTH_PARAMETER, descending: true }],
      limit: 1,
    });
    for await (const report of reports) return report;
    return undefined;
  }
}

/** Documents which institution's reports a route answers with, and of which month. */
export function InstitutionRoute(): MethodDecorator {
  return applyDecorators(
    ApiParam({ name: 'id', example: 'cos', description: 'The id of the institution' }),
    ApiQuery({
      name: MONTH_PARAMETER,
      required: false,
      schema: { type: 'string', pattern: '^\\d{4}-\\d{2}$' },
      description: 'The month (YYYY-MM); the latest of which there are reports, when it is left out',
    }),
  );
}

function ofInstitution(institutionId: string): ReportFilter {
  return { path: 'institution_id', operator: 'eq', value: institutionId };
}

function readMonth(parameters: QueryParameters): YearMonth | undefined {
  const text = parameters.one(MONTH_PARAMETER);
  if (text === undefined) return undefined;
  try {
    return YearMonth.parse(text);
  } catch {
    throw badRequestParameter(MONTH_PARAMETER, 'must be a month (YYYY-MM)');
  }
}

function noReport(institutionId: string, month?: YearMonth): ApiError {
  const cycle = month ? ` for ${month.toString()}` : '';
  return notFound('Not Found', `there is no report about an institution "${institutionId}"${cycle}`);
}
