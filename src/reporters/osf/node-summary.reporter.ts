import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { DailyNodeSummaryReport } from '../../reports/daily/node-summary.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import { DAILY_SCHEDULE, UTC } from '../reporter.js';
import { jsonCounts } from './counts.js';
import { NODE_TOTALS, NODES_OF_DAY_COLUMNS, REGISTRATION_TOTALS, SELECT_NODES_OF_DAY } from './nodes-of-day.js';
import type { OsfQuery } from './osf-query-runner.js';
import { OsfDailyReporter } from './osf-reporter.js';

const TOTALS = {
  ...NODE_TOTALS,
  total_excluding_spam: 'not is_spam',
  total_daily_excluding_spam: 'is_new and not is_spam',
};
const WITHDRAWAL_AWARE_TOTALS = {
  ...REGISTRATION_TOTALS,
  withdrawn: 'is_withdrawn',
  withdrawn_daily: 'is_withdrawn_on_day',
};

const SELECT_NODE_SUMMARY = `
  select
    ${jsonCounts(TOTALS, 'not is_registration')} as nodes,
    ${jsonCounts(TOTALS, 'not is_registration and is_root')} as projects,
    ${jsonCounts(WITHDRAWAL_AWARE_TOTALS, 'is_registration')} as registered_nodes,
    ${jsonCounts(WITHDRAWAL_AWARE_TOTALS, 'is_registration and is_root')} as registered_projects
  from (${SELECT_NODES_OF_DAY}) node`;

/** Counts projects and registrations. */
@Injectable()
export class NodeSummaryReporter extends OsfDailyReporter<DailyNodeSummaryReport> {
  readonly reportType = DailyNodeSummaryReport;
  readonly columns = [NODES_OF_DAY_COLUMNS];

  @Cron(DAILY_SCHEDULE, { name: 'node_summary', ...UTC })
  override due(): void {
    super.due();
  }

  protected override query(date: CalendarDate): OsfQuery {
    return { sql: SELECT_NODE_SUMMARY, values: [date.start(), date.end()] };
  }
}
