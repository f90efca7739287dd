import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { MonthlyPrivateSpamMetricsReport } from '../../reports/monthly/private-spam-metrics.js';
import type { YearMonth } from '../../time/year-month.js';
import { MONTHLY_SCHEDULE, UTC } from '../reporter.js';
import type { OsfQuery } from './osf-query-runner.js';
import { OsfMonthlyReporter } from './osf-reporter.js';
import { SELECT_NODE_SPAM_LOGS, SELECT_PREPRINT_SPAM_LOGS, SPAM_LOG_COLUMNS } from './spam-logs.js';

/** SQL for the counts of both spam filters. An item that both have flagged is counted for each. */
function filterCounts(kind: 'node' | 'preprint'): string {
  const count = (name: string, filter: string, action: string): string =>
    `count(*) filter (where who_flagged in ('${filter}', 'both') and action = '${action}') as ${kind}_${filter}_${name}`;
  return ['oopspam', 'akismet']
    .flatMap((filter) => [count('flagged', filter, 'flag_spam'), count('hammed', filter, 'confirm_ham')])
    .join(', ');
}

const SELECT_SPAM_METRICS = `
  select nodes.*, preprints.*
  from (select ${filterCounts('node')} from (${SELECT_NODE_SPAM_LOGS}) log) nodes
  cross join (select ${filterCounts('preprint')} from (${SELECT_PREPRINT_SPAM_LOGS}) log) preprints`;

/** Counts the items that each spam filter flagged, and those of them that a moderator marked as ham. */
@Injectable()
export class PrivateSpamMetricsReporter extends OsfMonthlyReporter<MonthlyPrivateSpamMetricsReport> {
  readonly reportType = MonthlyPrivateSpamMetricsReport;
  readonly columns = [SPAM_LOG_COLUMNS];

  @Cron(MONTHLY_SCHEDULE, { name: 'private_spam_metrics', ...UTC })
  override due(): void {
    super.due();
  }

  protected override query(yearMonth: YearMonth): OsfQuery {
    return { sql: SELECT_SPAM_METRICS, values: [yearMonth.start(), yearMonth.end()] };
  }
}
