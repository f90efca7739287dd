import { Injectable } from '@nestjs/common';
import type { Report } from '../../model/report.js';
import { DELETED_USER_NAME, DeletedUsers } from '../../osf/deleted-users.service.js';
import { MonthlyInstitutionalUserReport } from '../monthly/institutional-user.js';

const REPORTS_PER_LOOKUP = 500;

/** Removes personal data from saved reports about users whose data the OSF has deleted since. */
@Injectable()
export class DeletedUserBlanking {
  constructor(private readonly deletedUsers: DeletedUsers) {}

  /** Passes other reports on unchanged. @throws OsfUnavailableError when deleted users cannot be looked up */
  async *blank(reports: Iterable<Report> | AsyncIterable<Report>): AsyncIterable<Report> {
    let users: MonthlyInstitutionalUserReport[] = [];
    for await (const report of reports) {
      if (!(report instanceof MonthlyInstitutionalUserReport)) {
        yield report;
        continue;
      }
      users.push(report);
      if (users.length < REPORTS_PER_LOOKUP) continue;
      yield* await this.blankUsers(users);
      users = [];
    }
    yield* await this.blankUsers(users);
  }

  private async blankUsers(reports: readonly MonthlyInstitutionalUserReport[]): Promise<readonly Report[]> {
    const deleted = await this.deletedUsers.findAmong(reports.map(({ user_id }) => user_id));
    for (const report of reports) {
      if (!deleted.has(report.user_id)) continue;
      Object.assign(report, { user_name: DELETED_USER_NAME, department_name: null, orcid_id: null });
    }
    return reports;
  }
}
