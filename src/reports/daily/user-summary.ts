import { IntegerField } from '../../fields/field.js';
import { DailyReport } from '../../model/report.js';
import { DailyReportType } from '../../model/report-type.js';

@DailyReportType({ id: 'user_summary', description: 'User accounts by state, and new users' })
export class DailyUserSummaryReport extends DailyReport {
  @IntegerField('Active users at the end of the day', { unit: 'users' })
  active: number;

  @IntegerField('Users with a deactivated account at the end of the day', { unit: 'users' })
  deactivated: number;

  @IntegerField('Accounts that have been merged into another account', { unit: 'accounts' })
  merged: number;

  @IntegerField('Users who confirmed their account during the day', { unit: 'users' })
  new_users_daily: number;

  @IntegerField('Users who confirmed their account during the day and are affiliated with an institution', {
    unit: 'users',
  })
  new_users_with_institution_daily: number;

  @IntegerField('Accounts that have not been confirmed', { unit: 'accounts' })
  unconfirmed: number;
}
