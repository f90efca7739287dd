import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { MonthlyInstitutionSummaryReport } from '../../reports/monthly/institution-summary.js';
import type { YearMonth } from '../../time/year-month.js';
import { MONTHLY_SCHEDULE, UTC } from '../reporter.js';
import { INSTITUTION_COLUMNS, INSTITUTION_EXISTS, MEMBER_COLUMNS, MEMBER_EXISTS } from './conditions.js';
import { INSTITUTION_ITEM_COLUMNS, institutionItemCounts } from './institution-items.js';
import type { OsfQuery } from './osf-query-runner.js';
import { OsfMonthlyReporter } from './osf-reporter.js';

const ITEM_COUNTS = institutionItemCounts({
  institution: 'institution.id',
  isEmbargoed: 'not node.is_public',
  countsBytes: 'true',
});

const SELECT_INSTITUTION_SUMMARIES = `
  with active as materialized (
    select user_id from osf_nodelog where date >= $1 and date < $2
    union
    select user_id from osf_preprintlog where created >= $1 and created < $2
  )
  select institution._id as institution_id, members.*, items.*
  from osf_institution institution
  cross join lateral (
    select
      count(*) as user_count,
      count(*) filter (
        where member.date_last_login >= $1 and member.date_last_login < $2
      ) as monthly_logged_in_user_count,
      count(*) filter (
        where member.date_disabled is null and member.id in (select user_id from active where user_id is not null)
      ) as monthly_active_user_count
    from osf_institutionaffiliation affiliation
    join osf_osfuser member on member.id = affiliation.user_id
    where affiliation.institution_id = institution.id and ${MEMBER_EXISTS}
  ) members
  cross join lateral (${ITEM_COUNTS}) items
  where ${INSTITUTION_EXISTS}
  order by institution._id`;

/** Counts each institution's users and items at the end of the month, and the users who were active in it. */
@Injectable()
export class MonthlyInstitutionSummaryReporter extends OsfMonthlyReporter<MonthlyInstitutionSummaryReport> {
  readonly reportType = MonthlyInstitutionSummaryReport;
  readonly columns = [
    ...INSTITUTION_ITEM_COLUMNS,
    INSTITUTION_COLUMNS,
    MEMBER_COLUMNS,
    {
      osf_institution: ['id', '_id'],
      osf_institutionaffiliation: ['institution_id', 'user_id'],
      osf_osfuser: ['id', 'date_last_login', 'date_disabled'],
      osf_nodelog: ['user_id', 'date'],
      osf_preprintlog: ['user_id', 'created'],
    },
  ];

  @Cron(MONTHLY_SCHEDULE, { name: 'institution_summary_monthly', ...UTC })
  override due(): void {
    super.due();
  }

  protected override query(yearMonth: YearMonth): OsfQuery {
    return { sql: SELECT_INSTITUTION_SUMMARIES, values: [yearMonth.start(), yearMonth.end()] };
  }
}
