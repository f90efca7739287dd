import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { OsfDatabase } from '../../osf/osf-database.js';
import { MonthlyInstitutionalUserReport } from '../../reports/monthly/institutional-user.js';
import type { ReportFields } from '../../reports/report.js';
import { YearMonth } from '../../time/year-month.js';
import { MONTHLY_SCHEDULE, MonthlyReporter, UTC } from '../reporter.js';
import { institutionItemCounts } from './institution-items.js';
import { unavailableWithout } from './osf-reporter.js';
import { contentType, INSTITUTION_EXISTS, MEMBER_EXISTS } from './rows.js';

const ITEM_COUNTS = institutionItemCounts({
  institution: 'affiliation.institution_pk',
  contributor: 'affiliation.user_pk',
  isEmbargoed: 'not node.is_public and embargo.end_date >= $2',
  isStored: 'files.is_public',
});

/** SQL for `keyOf`. */
const KEY = `(institution._id || '/' || guid._id) collate "C"`;

/** $1 is the key after which to go on. Sorted before anything is counted: rows come while others are still being counted. */
const SQL = `
  select
    affiliation.institution_id,
    affiliation.user_id,
    affiliation.fullname as user_name,
    nullif(affiliation.sso_department, '') as department_name,
    ${monthOf('affiliation.date_last_login')} as month_last_login,
    ${monthOf('activity.last_active')} as month_last_active,
    ${monthOf('affiliation.created')} as account_creation_date,
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
      where object_id = member.id and content_type_id = ${contentType('osfuser')}
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
/** A report as the database gives it. */
type Row = Omit<ReportFields<MonthlyInstitutionalUserReport>, 'report_yearmonth' | MonthField> &
  Record<MonthField, string | null>;

/** Reports on each user of each institution: what the user has that is affiliated with the institution. */
@Injectable()
export class InstitutionalUserReporter extends MonthlyReporter<MonthlyInstitutionalUserReport> {
  readonly reportType = MonthlyInstitutionalUserReport;

  constructor(private readonly database: OsfDatabase) {
    super();
  }

  override get unavailable(): string | undefined {
    return unavailableWithout(this.database);
  }

  @Cron(MONTHLY_SCHEDULE, UTC)
  override due(): void {
    super.due();
  }

  override keyOf({ institution_id, user_id }: MonthlyInstitutionalUserReport): string {
    return `${institution_id}/${user_id}`;
  }

  async *report(
    yearMonth: YearMonth,
    continueAfter = '',
    signal?: AbortSignal,
  ): AsyncIterable<MonthlyInstitutionalUserReport> {
    const rows = this.database.inSnapshot((snapshot) => snapshot.stream<Row>(SQL, [continueAfter, yearMonth.end()]), {
      signal,
    });
    for await (const row of rows) {
      yield MonthlyInstitutionalUserReport.of<MonthlyInstitutionalUserReport>({
        ...row,
        report_yearmonth: yearMonth,
        month_last_login: parseMonth(row.month_last_login),
        month_last_active: parseMonth(row.month_last_active),
        account_creation_date: parseMonth(row.account_creation_date),
      });
    }
  }
}

function monthOf(instant: string): string {
  return `to_char(${instant} at time zone 'UTC', 'YYYY-MM')`;
}

function parseMonth(text: string | null): YearMonth | null {
  return text === null ? null : YearMonth.parse(text);
}
