import { IntegerField, TextField } from '../../fields/field.js';
import { MAX_ID_LENGTH } from '../../model/limits.js';
import { DailyReport } from '../../model/report.js';
import { DailyReportType } from '../../model/report-type.js';

@DailyReportType({
  id: 'new_user_domains',
  description: 'New users by email domain',
  uniqueFields: ['domain_name'],
})
export class DailyNewUserDomainReport extends DailyReport {
  @TextField('Email domain of the new users', { maxLength: MAX_ID_LENGTH })
  domain_name: string;

  @IntegerField('Users who confirmed an address in this domain during the day', { unit: 'users' })
  new_user_count: number;
}
