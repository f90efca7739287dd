import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { MonthlyPrivateSpamMetricsReport } from '../../reports/monthly/private-spam-metrics.js';
import type { YearMonth } from '../../time/year-month.js';
import { MONTHLY_SCHEDULE, UTC } from '../reporter.js';
import type { OsfStatement } from './osf-query-runner.js';
import { OsfMonthlyReporter } from './osf-reporter.js';
import { NODE_LOGS_OF_SPAM, PREPRINT_LOGS_OF_SPAM, SPAM_LOG_COLUMNS } from './spam-logs.js';

/** SQL for the counts of both filters. What both flagged is counted for each. */
function countsOfFilters(kind: 'node' | 'preprint'): string {
  const count = (name: string, filter: string, action: string): string =>
    `count(*) filter (where who_flagged in ('${filter}', 'both') and action = '${action}') as ${kind}_${filter}_${name}`;
  return ['oopspam', 'akismet']
    .flatMap((filter) => [count('flagged', filter, 'flag_spam'), count('hammed', filter, 'confirm_ham')])
    .join(', ');
}

const SQL = `
  select nodes.*, preprints.*
  from (select ${countsOfFilters('node')} from (${NODE_LOGS_OF_SPAM}) log) nodes
  cross join (select ${countsOfFilters('preprint')} from (${PREPRINT_LOGS_OF_SPAM}) log) preprints`;

/** Counts what each spam filter flagged, and what of that a moderator found to be no spam. */
@Injectable()
export class PrivateSpamMetricsReporter extends OsfMonthlyReporter<MonthlyPrivateSpamMetricsReport> {
  readonly reportType = MonthlyPrivateSpamMetricsReport;
  readonly columns = [SPAM_LOG_COLUMNS];

  @Cron(MONTHLY_SCHEDULE, { name: 'private_spam_metrics', ...UTC })
  override due(): void {
    super.due();
  }

  protected override statement(yearMonth: YearMonth): OsfStatement {
    return { sql: SQL, values: [yearMonth.start(), yearMonth.end()] };
  }
}
