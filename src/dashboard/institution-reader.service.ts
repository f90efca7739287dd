import { Injectable } from '@nestjs/common';
import { notFound } from '../http/json-api/api-error.js';
import { type InstitutionDepartment, InstitutionReports } from '../reports/institutions/institution-reports.service.js';
import type { MonthlyInstitutionSummaryReport } from '../reports/monthly/institution-summary.js';
import type { MonthlyInstitutionalUserReport } from '../reports/monthly/institutional-user.js';
import type { ReportFilter } from '../storage/report-query.js';
import type { YearMonth } from '../time/year-month.js';
import { type InstitutionDto, NO_DEPARTMENT } from './institution.dto.js';

export const USERS_PER_PAGE = 50;

export interface InstitutionFigures {
  readonly id: string;
  readonly month: YearMonth;
  /** The reports of the months, the newest first. */
  readonly history: readonly MonthlyInstitutionSummaryReport[];
  readonly departments: readonly InstitutionDepartment[];
  readonly users: readonly MonthlyInstitutionalUserReport[];
  /** The number of users that the filters select. */
  readonly userCount: number;
}

/** Reads the reports about an institution. */
@Injectable()
export class InstitutionReader {
  constructor(private readonly reports: InstitutionReports) {}

  /** @throws ApiError 404 for an institution without reports */
  async read(id: string, query: InstitutionDto): Promise<InstitutionFigures> {
    const history = await this.reports.listSummaries(id);
    const month = query.month ?? history[0]?.cycle;
    const selection = await this.reports.selectUsers(id, month);
    if (query.month && !history.some(({ cycle }) => cycle.equals(selection.first))) {
      throw notFound('Not Found', `there is no report about the institution for ${query.month.toString()}`);
    }
    const users = { ...selection, filters: [...selection.filters, ...filtersOf(query)] };
    return {
      id,
      month: selection.first,
      history,
      departments: await this.reports.countByDepartment(selection),
      users: await this.reports.listUsers(users, { limit: USERS_PER_PAGE, offset: (query.page - 1) * USERS_PER_PAGE }),
      userCount: await this.reports.countUsers(users),
    };
  }
}

function filtersOf({ department, orcid }: InstitutionDto): ReportFilter[] {
  const value = department === NO_DEPARTMENT ? null : department;
  return [
    ...(value === undefined ? [] : [{ path: 'department_name', operator: 'eq', value } as const]),
    ...(orcid === undefined
      ? []
      : [{ path: 'orcid_id', operator: orcid === 'yes' ? 'ne' : 'eq', value: null } as const]),
  ];
}
