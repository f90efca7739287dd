import { IntegerField } from '../../fields/field.js';
import { DailyReport } from '../../model/report.js';
import { DailyReportType } from '../../model/report-type.js';

@DailyReportType({ id: 'user_summary', description: 'How many users there are' })
export class DailyUserSummaryReport extends DailyReport {
  @IntegerField('Users with an active account', { unit: 'users' })
  active: number;

  @IntegerField('Users who deactivated their account', { unit: 'users' })
  deactivated: number;

  @IntegerField('Accounts merged into another', { unit: 'accounts' })
  merged: number;

  @IntegerField('Users who confirmed their account on the day', { unit: 'users' })
  new_users_daily: number;

  @IntegerField('Those of them who belong to an institution', { unit: 'users' })
  new_users_with_institution_daily: number;

  @IntegerField('Accounts that were never confirmed', { unit: 'accounts' })
  unconfirmed: number;
}
