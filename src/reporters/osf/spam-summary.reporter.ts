import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { MonthlySpamSummaryReport } from '../../reports/monthly/spam-summary.js';
import type { YearMonth } from '../../time/year-month.js';
import { MONTHLY_SCHEDULE, UTC } from '../reporter.js';
import { SPAM_STATUS } from './conditions.js';
import type { OsfQuery } from './osf-query-runner.js';
import { OsfMonthlyReporter } from './osf-reporter.js';
import { SELECT_NODE_SPAM_LOGS, SELECT_PREPRINT_SPAM_LOGS, SPAM_LOG_COLUMNS } from './spam-logs.js';

const SELECT_SPAM_SUMMARY = `
  select nodes.*, preprints.*, users.*
  from (
    select
      count(*) filter (where type = 'osf.node' and action = 'confirm_spam') as node_confirmed_spam,
      count(*) filter (where type = 'osf.node' and action = 'confirm_ham') as node_confirmed_ham,
      count(*) filter (where type = 'osf.node' and action = 'flag_spam') as node_flagged,
      count(*) filter (where type = 'osf.registration' and action = 'confirm_spam') as registration_confirmed_spam,
      count(*) filter (where type = 'osf.registration' and action = 'confirm_ham') as registration_confirmed_ham,
      count(*) filter (where type = 'osf.registration' and action = 'flag_spam') as registration_flagged
    from (${SELECT_NODE_SPAM_LOGS}) log
  ) nodes
  cross join (
    select
      count(*) filter (where action = 'confirm_spam') as preprint_confirmed_spam,
      count(*) filter (where action = 'confirm_ham') as preprint_confirmed_ham,
      count(*) filter (where action = 'flag_spam') as preprint_flagged
    from (${SELECT_PREPRINT_SPAM_LOGS}) log
  ) preprints
  cross join (
    select
      count(*) filter (where spam_status = ${SPAM_STATUS.confirmed}) as user_marked_as_spam,
      count(*) filter (where spam_status = ${SPAM_STATUS.ham}) as user_marked_as_ham
    from osf_osfuser
    where created >= $1 and created < $2
  ) users`;

/** Counts items flagged as spam, confirmed as spam, and confirmed as ham, and new users marked as spam or ham. */
@Injectable()
export class SpamSummaryReporter extends OsfMonthlyReporter<MonthlySpamSummaryReport> {
  readonly reportType = MonthlySpamSummaryReport;
  readonly columns = [SPAM_LOG_COLUMNS, { osf_osfuser: ['created', 'spam_status'] }];

  @Cron(MONTHLY_SCHEDULE, { name: 'spam_summary', ...UTC })
  override due(): void {
    super.due();
  }

  protected override query(yearMonth: YearMonth): OsfQuery {
    return { sql: SELECT_SPAM_SUMMARY, values: [yearMonth.start(), yearMonth.end()] };
  }
}
