import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { DailyUserSummaryReport } from '../../reports/daily/user-summary.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import { DAILY_SCHEDULE, UTC } from '../reporter.js';
import type { OsfQuery } from './osf-query-runner.js';
import { OsfDailyReporter } from './osf-reporter.js';

const SELECT_USER_SUMMARY = `
  select
    count(*) filter (where is_active and date_confirmed < $2) as active,
    count(*) filter (where date_disabled < $2) as deactivated,
    count(*) filter (where merged_by_id is not null and date_registered < $2) as merged,
    count(*) filter (where date_confirmed is null and date_registered < $2) as unconfirmed,
    count(*) filter (where is_active and date_confirmed >= $1 and date_confirmed < $2) as new_users_daily,
    (
      select count(*)
      from osf_osfuser new_user
      where new_user.is_active and new_user.date_confirmed >= $1 and new_user.date_confirmed < $2
        and exists (select from osf_institutionaffiliation where user_id = new_user.id)
    ) as new_users_with_institution_daily
  from osf_osfuser`;

/** Counts users by the state of their accounts. */
@Injectable()
export class UserSummaryReporter extends OsfDailyReporter<DailyUserSummaryReport> {
  readonly reportType = DailyUserSummaryReport;
  readonly columns = [
    {
      osf_osfuser: ['id', 'is_active', 'date_confirmed', 'date_disabled', 'date_registered', 'merged_by_id'],
      osf_institutionaffiliation: ['user_id'],
    },
  ];

  @Cron(DAILY_SCHEDULE, { name: 'user_summary', ...UTC })
  override due(): void {
    super.due();
  }

  protected override query(date: CalendarDate): OsfQuery {
    return { sql: SELECT_USER_SUMMARY, values: [date.start(), date.end()] };
  }
}
