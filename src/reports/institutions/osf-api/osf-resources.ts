import { OSF_API_PREFIX } from '../../../http/json-api/protocol.js';
import type { MonthlyInstitutionSummaryReport } from '../../monthly/institution-summary.js';
import type { MonthlyInstitutionalUserReport } from '../../monthly/institutional-user.js';
import type { ReportResource } from '../../report-resource.js';
import type { InstitutionDepartment } from '../institution-reports.service.js';
import { SUMMARY_FIELDS, toAttributes, USER_FIELDS } from './osf-fields.js';

export const USER_TYPE = 'institution-users';
export const DEPARTMENT_TYPE = 'institution-departments';
export const SUMMARY_TYPE = 'institution-summary-metrics';

/** The name of the department of users without one, in the OSF's API and its front ends. */
export const NO_DEPARTMENT = 'N/A';

/** Converts reports of an institution to resources of the OSF's API. */
export class OsfResources {
  /** @param baseUrl the public URL of the service @param institutionId the institution that the reports are about */
  constructor(
    private readonly baseUrl: string,
    private readonly institutionId: string,
  ) {}

  toUser(report: MonthlyInstitutionalUserReport): ReportResource {
    const query = new URLSearchParams({
      'filter[user_id]': report.user_id,
      report_yearmonth: report.report_yearmonth.toString(),
    });
    return {
      id: report.id,
      type: USER_TYPE,
      attributes: toAttributes(report, USER_FIELDS),
      relationships: { user: this.relate('users', report.user_id), institution: this.institution() },
      links: { self: this.metricsUrl(`users/?${query.toString()}`) },
    };
  }

  toDepartment({ name, number_of_users }: InstitutionDepartment): ReportResource {
    const shownName = name ?? NO_DEPARTMENT;
    const query = new URLSearchParams({ 'filter[name]': shownName });
    return {
      id: `${this.institutionId}-${shownName.replaceAll(' ', '-')}`,
      type: DEPARTMENT_TYPE,
      attributes: { name: shownName, number_of_users },
      links: { self: this.metricsUrl(`departments/?${query.toString()}`) },
    };
  }

  toSummary(report: MonthlyInstitutionSummaryReport): ReportResource {
    return {
      id: this.institutionId,
      type: SUMMARY_TYPE,
      attributes: toAttributes(report, SUMMARY_FIELDS),
      relationships: { user: { data: null }, institution: this.institution() },
      links: { self: this.metricsUrl(`summary/?report_yearmonth=${report.report_yearmonth.toString()}`) },
    };
  }

  private institution(): object {
    return this.relate('institutions', this.institutionId);
  }

  private relate(type: 'users' | 'institutions', id: string): object {
    const href = `${this.baseUrl}/${OSF_API_PREFIX}/${type}/${encodeURIComponent(id)}/`;
    return { links: { related: { href, meta: {} } }, data: { id, type } };
  }

  private metricsUrl(path: string): string {
    return `${this.baseUrl}/${OSF_API_PREFIX}/institutions/${encodeURIComponent(this.institutionId)}/metrics/${path}`;
  }
}
