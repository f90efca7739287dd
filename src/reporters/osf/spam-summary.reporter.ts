import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { MonthlySpamSummaryReport } from '../../reports/monthly/spam-summary.js';
import type { YearMonth } from '../../time/year-month.js';
import { MONTHLY_SCHEDULE, UTC } from '../reporter.js';
import { SPAM } from './conditions.js';
import type { OsfStatement } from './osf-query-runner.js';
import { OsfMonthlyReporter } from './osf-reporter.js';
import { NODE_LOGS_OF_SPAM, PREPRINT_LOGS_OF_SPAM, SPAM_LOG_COLUMNS } from './spam-logs.js';

const SQL = `
  select nodes.*, preprints.*, users.*
  from (
    select
      count(*) filter (where type = 'osf.node' and action = 'confirm_spam') as node_confirmed_spam,
      count(*) filter (where type = 'osf.node' and action = 'confirm_ham') as node_confirmed_ham,
      count(*) filter (where type = 'osf.node' and action = 'flag_spam') as node_flagged,
      count(*) filter (where type = 'osf.registration' and action = 'confirm_spam') as registration_confirmed_spam,
      count(*) filter (where type = 'osf.registration' and action = 'confirm_ham') as registration_confirmed_ham,
      count(*) filter (where type = 'osf.registration' and action = 'flag_spam') as registration_flagged
    from (${NODE_LOGS_OF_SPAM}) log
  ) nodes
  cross join (
    select
      count(*) filter (where action = 'confirm_spam') as preprint_confirmed_spam,
      count(*) filter (where action = 'confirm_ham') as preprint_confirmed_ham,
      count(*) filter (where action = 'flag_spam') as preprint_flagged
    from (${PREPRINT_LOGS_OF_SPAM}) log
  ) preprints
  cross join (
    select
      count(*) filter (where spam_status = ${SPAM.confirmed}) as user_marked_as_spam,
      count(*) filter (where spam_status = ${SPAM.ham}) as user_marked_as_ham
    from osf_osfuser
    where created >= $1 and created < $2
  ) users`;

/** Counts what was flagged, and found to be spam or none, and the new users who were marked as spammers or not. */
@Injectable()
export class SpamSummaryReporter extends OsfMonthlyReporter<MonthlySpamSummaryReport> {
  readonly reportType = MonthlySpamSummaryReport;
  readonly columns = [SPAM_LOG_COLUMNS, { osf_osfuser: ['created', 'spam_status'] }];

  @Cron(MONTHLY_SCHEDULE, { name: 'spam_summary', ...UTC })
  override due(): void {
    super.due();
  }

  protected override statement(yearMonth: YearMonth): OsfStatement {
    return { sql: SQL, values: [yearMonth.start(), yearMonth.end()] };
  }
}
