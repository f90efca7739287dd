import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { DailyPreprintSummaryReport } from '../../reports/daily/preprint-summary.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import { DAILY_SCHEDULE, UTC } from '../reporter.js';
import {
  PREPRINT_GUID_COLUMNS,
  PREPRINT_GUID_ID,
  PREPRINT_IS_PUBLISHED,
  PUBLISHED_PREPRINT_COLUMNS,
} from './conditions.js';
import type { OsfQuery } from './osf-query-runner.js';
import { OsfDailyReporter } from './osf-reporter.js';

const SELECT_PREPRINT_COUNTS = `
  select
    provider._id as provider_key,
    count(distinct ${PREPRINT_GUID_ID}) as preprint_count
  from osf_abstractprovider provider
  left join osf_preprint preprint
    on preprint.provider_id = provider.id and preprint.date_published < $1 and ${PREPRINT_IS_PUBLISHED}
  where provider.type = 'osf.preprintprovider'
  group by provider.id
  order by provider._id`;

/** Counts the published preprints of each provider. All versions of a preprint count as one. */
@Injectable()
export class PreprintSummaryReporter extends OsfDailyReporter<DailyPreprintSummaryReport> {
  readonly reportType = DailyPreprintSummaryReport;
  readonly columns = [
    PREPRINT_GUID_COLUMNS,
    PUBLISHED_PREPRINT_COLUMNS,
    { osf_abstractprovider: ['id', '_id', 'type'], osf_preprint: ['provider_id', 'date_published'] },
  ];

  @Cron(DAILY_SCHEDULE, { name: 'preprint_summary', ...UTC })
  override due(): void {
    super.due();
  }

  protected override query(date: CalendarDate): OsfQuery {
    return { sql: SELECT_PREPRINT_COUNTS, values: [date.end()] };
  }
}
