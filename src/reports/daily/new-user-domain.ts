import { IntegerField, TextField } from '../../fields/field.js';
import { MAX_ID_LENGTH } from '../../model/limits.js';
import { DailyReport } from '../../model/report.js';
import { DailyReportType } from '../../model/report-type.js';

@DailyReportType({
  id: 'new_user_domains',
  description: 'How many new users have an e-mail address of a domain',
  uniqueFields: ['domain_name'],
})
export class DailyNewUserDomainReport extends DailyReport {
  @TextField("The domain of the new users' e-mail addresses", { maxLength: MAX_ID_LENGTH })
  domain_name: string;

  @IntegerField('Users who confirmed such an address on the day', { unit: 'users' })
  new_user_count: number;
}
