import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { DailyInstitutionSummaryReport } from '../../reports/daily/institution-summary.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import { DAILY_SCHEDULE, UTC } from '../reporter.js';
import { INSTITUTION_COLUMNS, INSTITUTION_EXISTS } from './conditions.js';
import { jsonCounts } from './counts.js';
import { NODE_TOTALS, NODES_OF_DAY_COLUMNS, REGISTRATION_TOTALS, SELECT_NODES_OF_DAY } from './nodes-of-day.js';
import type { OsfQuery } from './osf-query-runner.js';
import { OsfDailyReporter } from './osf-reporter.js';

const SELECT_INSTITUTION_SUMMARIES = `
  select institution._id as institution_id, institution.name as institution_name, members.*, affiliated.*
  from osf_institution institution
  cross join lateral (
    select ${jsonCounts({ total: 'true', total_daily: 'member.date_confirmed >= $1' })} as users
    from osf_institutionaffiliation affiliation
    join osf_osfuser member on member.id = affiliation.user_id
    where affiliation.institution_id = institution.id and member.is_active and member.date_confirmed < $2
  ) members
  cross join lateral (
    select
      ${jsonCounts(NODE_TOTALS, 'not is_registration')} as nodes,
      ${jsonCounts(NODE_TOTALS, 'not is_registration and is_root')} as projects,
      ${jsonCounts(REGISTRATION_TOTALS, 'is_registration')} as registered_nodes,
      ${jsonCounts(REGISTRATION_TOTALS, 'is_registration and is_root')} as registered_projects
    from osf_abstractnode_affiliated_institutions affiliation
    join (${SELECT_NODES_OF_DAY}) node on node.id = affiliation.abstractnode_id
    where affiliation.institution_id = institution.id
  ) affiliated
  where ${INSTITUTION_EXISTS}
  order by institution._id`;

/** Counts each institution's active users, projects and registrations. */
@Injectable()
export class InstitutionSummaryReporter extends OsfDailyReporter<DailyInstitutionSummaryReport> {
  readonly reportType = DailyInstitutionSummaryReport;
  readonly columns = [
    NODES_OF_DAY_COLUMNS,
    INSTITUTION_COLUMNS,
    {
      osf_institution: ['id', '_id', 'name'],
      osf_institutionaffiliation: ['institution_id', 'user_id'],
      osf_osfuser: ['id', 'is_active', 'date_confirmed'],
      osf_abstractnode_affiliated_institutions: ['abstractnode_id', 'institution_id'],
    },
  ];

  @Cron(DAILY_SCHEDULE, { name: 'institution_summary', ...UTC })
  override due(): void {
    super.due();
  }

  protected override query(date: CalendarDate): OsfQuery {
    return { sql: SELECT_INSTITUTION_SUMMARIES, values: [date.start(), date.end()] };
  }
}
