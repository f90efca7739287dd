import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { DailyNewUserDomainReport } from '../../reports/daily/new-user-domain.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import { DAILY_SCHEDULE, UTC } from '../reporter.js';
import type { OsfQuery } from './osf-query-runner.js';
import { OsfDailyReporter } from './osf-reporter.js';

const SELECT_NEW_USER_DOMAINS = `
  select lower(substring(username from '@([^@]+)$')) as domain_name, count(*) as new_user_count
  from osf_osfuser
  where date_confirmed >= $1 and date_confirmed < $2 and username ~ '@[^@]+$'
  group by domain_name
  order by domain_name`;

/**
 * Counts the new users of each e-mail domain. A `username` is an e-mail address, except for accounts that were deleted or
 * merged into another; those are not counted.
 */
@Injectable()
export class NewUserDomainReporter extends OsfDailyReporter<DailyNewUserDomainReport> {
  readonly reportType = DailyNewUserDomainReport;
  readonly columns = [{ osf_osfuser: ['username', 'date_confirmed'] }];

  @Cron(DAILY_SCHEDULE, { name: 'new_user_domains', ...UTC })
  override due(): void {
    super.due();
  }

  protected override query(date: CalendarDate): OsfQuery {
    return { sql: SELECT_NEW_USER_DOMAINS, values: [date.start(), date.end()] };
  }
}
