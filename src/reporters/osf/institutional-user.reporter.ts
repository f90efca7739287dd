import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import type { ReportFields } from '../../model/report.js';
import { MonthlyInstitutionalUserReport } from '../../reports/monthly/institutional-user.js';
import { YearMonth } from '../../time/year-month.js';
import { MONTHLY_SCHEDULE, UTC } from '../reporter.js';
import {
  CONTENT_TYPE_COLUMNS,
  contentTypeId,
  INSTITUTION_COLUMNS,
  INSTITUTION_EXISTS,
  MEMBER_COLUMNS,
  MEMBER_EXISTS,
} from './conditions.js';
import { INSTITUTION_ITEM_COLUMNS, institutionItemCounts } from './institution-items.js';
import type { OsfQuery } from './osf-query-runner.js';
import { OsfMonthlyReporter } from './osf-reporter.js';

const ITEM_COUNTS = institutionItemCounts({
  institution: 'affiliation.institution_pk',
  contributor: 'affiliation.user_pk',
  isEmbargoed: 'not node.is_public and embargo.end_date >= $2',
  countsBytes: 'files.is_public',
});

/** The key that `keyOf` returns, in the order of JavaScript's strings. */
const KEY = `(institution._id || '/' || guid._id) collate "C"`;

/** $1 is the key to continue after. Users are sorted before their items are counted, so that rows can be streamed. */
const SELECT_INSTITUTIONAL_USERS = `
  select
    affiliation.institution_id,
    affiliation.user_id,
    affiliation.fullname as user_name,
    nullif(affiliation.sso_department, '') as department_name,
    ${toMonth('affiliation.date_last_login')} as month_last_login,
    ${toMonth('activity.last_active')} as month_last_active,
    ${toMonth('affiliation.created')} as account_creation_date,
    jsonb_path_query_first(
      affiliation.external_identity, '$.ORCID.keyvalue() ? (@.value == "VERIFIED").key', silent => true
    ) #>> '{}' as orcid_id,
    items.*
  from (
    select
      institution.id as institution_pk, institution._id as institution_id,
      member.id as user_pk, guid._id as user_id,
      member.fullname, member.date_last_login, member.created, member.external_identity,
      membership.sso_department
    from osf_institutionaffiliation membership
    join osf_institution institution on institution.id = membership.institution_id
    join osf_osfuser member on member.id = membership.user_id
    cross join lateral (
      select _id from osf_guid
      where object_id = member.id and content_type_id = ${contentTypeId('osfuser')}
      order by created desc
      limit 1
    ) guid
    where ${INSTITUTION_EXISTS} and ${MEMBER_EXISTS} and ${KEY} > $1
    order by ${KEY}
  ) affiliation
  cross join lateral (
    select greatest(
      (select max(date) from osf_nodelog where user_id = affiliation.user_pk and date < $2),
      (select max(created) from osf_preprintlog where user_id = affiliation.user_pk and created < $2)
    ) as last_active
  ) activity
  cross join lateral (${ITEM_COUNTS}) items`;

type MonthField = 'month_last_login' | 'month_last_active' | 'account_creation_date';
/** A report as the database returns it. */
type Row = Omit<ReportFields<MonthlyInstitutionalUserReport>, 'report_yearmonth' | MonthField> &
  Record<MonthField, string | null>;

/** Counts, for each user of each institution, the user's items that are affiliated with the institution. */
@Injectable()
export class InstitutionalUserReporter extends OsfMonthlyReporter<MonthlyInstitutionalUserReport> {
  readonly reportType = MonthlyInstitutionalUserReport;
  readonly columns = [
    ...INSTITUTION_ITEM_COLUMNS,
    CONTENT_TYPE_COLUMNS,
    INSTITUTION_COLUMNS,
    MEMBER_COLUMNS,
    {
      osf_institution: ['id', '_id'],
      osf_institutionaffiliation: ['institution_id', 'user_id', 'sso_department'],
      osf_osfuser: ['id', 'fullname', 'date_last_login', 'external_identity'],
      osf_guid: ['_id', 'object_id', 'content_type_id', 'created'],
      osf_contributor: ['node_id', 'user_id'],
      osf_preprintcontributor: ['preprint_id', 'user_id'],
      osf_nodelog: ['user_id', 'date'],
      osf_preprintlog: ['user_id', 'created'],
    },
  ];

  @Cron(MONTHLY_SCHEDULE, { name: 'institutional_users', ...UTC })
  override due(): void {
    super.due();
  }

  override keyOf({ institution_id, user_id }: MonthlyInstitutionalUserReport): string {
    return `${institution_id}/${user_id}`;
  }

  override async *report(
    yearMonth: YearMonth,
    continueAfter?: string,
    signal?: AbortSignal,
  ): AsyncIterable<MonthlyInstitutionalUserReport> {
    for await (const row of this.osf.stream<Row>(this.query(yearMonth, continueAfter), signal)) {
      yield MonthlyInstitutionalUserReport.of<MonthlyInstitutionalUserReport>({
        ...row,
        report_yearmonth: yearMonth,
        month_last_login: parseMonth(row.month_last_login),
        month_last_active: parseMonth(row.month_last_active),
        account_creation_date: parseMonth(row.account_creation_date),
      });
    }
  }

  protected override query(yearMonth: YearMonth, continueAfter = ''): OsfQuery {
    return { sql: SELECT_INSTITUTIONAL_USERS, values: [continueAfter, yearMonth.end()] };
  }
}

function toMonth(instant: string): string {
  return `to_char(${instant} at time zone 'UTC', 'YYYY-MM')`;
}

function parseMonth(text: string | null): YearMonth | null {
  return text === null ? null : YearMonth.parse(text);
}
