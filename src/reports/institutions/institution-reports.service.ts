import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { type ApiError, notFound } from '../../http/json-api/api-error.js';
import type { MonthlyReport } from '../../model/report.js';
import type { ReportClass } from '../../model/report-type.js';
import { DELETED_USER_NAME, DeletedUsers } from '../../osf/deleted-users.service.js';
import { MetricsRepository } from '../../storage/metrics.repository.js';
import type { ReportFilter, ReportQuery } from '../../storage/report-query.js';
import type { YearMonth } from '../../time/year-month.js';
import { MonthlyInstitutionSummaryReport } from '../monthly/institution-summary.js';
import { MonthlyInstitutionalUserReport } from '../monthly/institutional-user.js';

const MAX_SUMMARIES = 120;

export class InstitutionDepartment {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Name of the department; null: users without a department',
  })
  name: string | null;

  @ApiProperty({ type: 'integer', description: 'Users of the department' })
  number_of_users: number;
}

/** Selects the reports of one institution in one month. */
export interface MonthQuery extends ReportQuery {
  readonly first: YearMonth;
  readonly last: YearMonth;
  readonly filters: readonly ReportFilter[];
}

/** Reads the saved reports of an institution: those of the given month, or of the latest month that has any. */
@Injectable()
export class InstitutionReports {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly deletedUsers: DeletedUsers,
  ) {}

  /** @throws ApiError 404 without a summary */
  async getSummary(institutionId: string, month?: YearMonth): Promise<MonthlyInstitutionSummaryReport> {
    const summary = await this.findSummary(institutionId, month);
    if (!summary) throw noReport(institutionId, month);
    return summary;
  }

  async findSummary(institutionId: string, month?: YearMonth): Promise<MonthlyInstitutionSummaryReport | undefined> {
    return await this.findLatest(MonthlyInstitutionSummaryReport, institutionId, month);
  }

  /** The summaries of an institution, the newest first: at most ten years. */
  async listSummaries(institutionId: string): Promise<MonthlyInstitutionSummaryReport[]> {
    return await this.listReports(MonthlyInstitutionSummaryReport, {
      filters: [ofInstitution(institutionId)],
      sort: [{ path: 'report_yearmonth', descending: true }],
      limit: MAX_SUMMARIES,
    });
  }

  /** The summaries of all institutions in the latest month that has any, in order of their ids. */
  async listLatestSummaries(): Promise<MonthlyInstitutionSummaryReport[]> {
    const sort = [{ path: 'report_yearmonth', descending: true }];
    const [latest] = await this.listReports(MonthlyInstitutionSummaryReport, { sort, limit: 1 });
    if (!latest) return [];
    const inOrder = [{ path: 'institution_id', descending: false }];
    return await this.listReports(MonthlyInstitutionSummaryReport, {
      first: latest.cycle,
      last: latest.cycle,
      sort: inOrder,
    });
  }

  /** One page of the users that a query selects, largest storage first. */
  async listUsers(
    users: ReportQuery,
    page: Pick<ReportQuery, 'limit' | 'offset'>,
  ): Promise<MonthlyInstitutionalUserReport[]> {
    const sort = [{ path: 'storage_byte_count', descending: true }];
    return await this.listReports(MonthlyInstitutionalUserReport, { ...users, sort, ...page });
  }

  async countUsers(users: ReportQuery): Promise<number> {
    return await this.repository.countReports(MonthlyInstitutionalUserReport, users);
  }

  /** As `findUserSelection`. @throws ApiError 404 for an institution without any report */
  async selectUsers(institutionId: string, month?: YearMonth): Promise<MonthQuery> {
    const users = await this.findUserSelection(institutionId, month);
    if (!users) throw noReport(institutionId);
    return users;
  }

  /**
   * Selects the user reports of the month. Users whose data the OSF has deleted are excluded, whether it was deleted before
   * or after the report was created.
   *
   * @returns undefined for an institution without any report
   * @throws UnavailableError when deleted users cannot be looked up
   */
  async findUserSelection(institutionId: string, month?: YearMonth): Promise<MonthQuery | undefined> {
    const latest =
      (await this.findLatest(MonthlyInstitutionalUserReport, institutionId)) ??
      (await this.findLatest(MonthlyInstitutionSummaryReport, institutionId));
    if (!latest) return undefined;
    const cycle = month ?? latest.cycle;
    const deleted = await this.deletedUsers.findGuids(institutionId);
    const filters: ReportFilter[] = [
      ofInstitution(institutionId),
      { path: 'user_name', operator: 'ne', value: DELETED_USER_NAME },
      ...deleted.map((value) => ({ path: 'user_id', operator: 'ne', value }) as const),
    ];
    return { first: cycle, last: cycle, filters };
  }

  /** Counts the users of each department: the largest department first, then by name, users without one last. */
  async countByDepartment(users: MonthQuery): Promise<InstitutionDepartment[]> {
    const counts = new Map<string | null, number>();
    for await (const { department_name } of this.repository.streamReports(MonthlyInstitutionalUserReport, users)) {
      counts.set(department_name, (counts.get(department_name) ?? 0) + 1);
    }
    return [...counts]
      .map(([name, number_of_users]) => ({ name, number_of_users }))
      .sort((one, other) => other.number_of_users - one.number_of_users || compareNames(one.name, other.name));
  }

  private async listReports<R extends MonthlyReport>(reportClass: ReportClass<R>, query: ReportQuery): Promise<R[]> {
    const reports: R[] = [];
    for await (const report of this.repository.streamReports(reportClass, query)) reports.push(report);
    return reports;
  }

  private async findLatest<R extends MonthlyReport>(
    reportClass: ReportClass<R>,
    institutionId: string,
    month?: YearMonth,
  ): Promise<R | undefined> {
    const reports = this.repository.streamReports(reportClass, {
      first: month,
      last: month,
      filters: [ofInstitution(institutionId)],
      sort: [{ path: 'report_yearmonth', descending: true }],
      limit: 1,
    });
    for await (const report of reports) return report;
    return undefined;
  }
}

function ofInstitution(institutionId: string): ReportFilter {
  return { path: 'institution_id', operator: 'eq', value: institutionId };
}

/** Compares code units, as the stores do; null comes last. */
function compareNames(one: string | null, other: string | null): number {
  if (one === null) return 1;
  return other === null || one < other ? -1 : 1;
}

function noReport(institutionId: string, month?: YearMonth): ApiError {
  const cycle = month ? ` for ${month.toString()}` : '';
  return notFound('Not Found', `there is no report about an institution "${institutionId}"${cycle}`);
}
