import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { DailyOsfstorageFileCountReport } from '../../reports/daily/osfstorage-file-count.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import { DAILY_SCHEDULE, UTC } from '../reporter.js';
import {
  CONTENT_TYPE_COLUMNS,
  contentTypeId,
  FILE_IS_STORED,
  PREPRINT_IS_PUBLISHED,
  PUBLISHED_PREPRINT_COLUMNS,
  STORED_FILE_COLUMNS,
} from './conditions.js';
import { jsonCounts } from './counts.js';
import { NODE_TOTALS } from './nodes-of-day.js';
import type { OsfQuery } from './osf-query-runner.js';
import { OsfDailyReporter } from './osf-reporter.js';

const SELECT_FILE_COUNTS = `
  with targets as (
    select ${contentTypeId('abstractnode')} as content_type_id, id, is_public
    from osf_abstractnode
    where deleted is null
    union all
    select ${contentTypeId('preprint')}, id, ${PREPRINT_IS_PUBLISHED}
    from osf_preprint preprint
    where deleted is null
  )
  select ${jsonCounts(NODE_TOTALS)} as files
  from (
    select file.created >= $1 as is_new, target.is_public
    from osf_basefilenode file
    join targets target on target.id = file.target_object_id and target.content_type_id = file.target_content_type_id
    where ${FILE_IS_STORED} and file.created < $2
  ) file`;

/** Counts the files of projects, registrations and preprints in the OSF's own storage. */
@Injectable()
export class OsfstorageFileCountReporter extends OsfDailyReporter<DailyOsfstorageFileCountReport> {
  readonly reportType = DailyOsfstorageFileCountReport;
  readonly columns = [
    CONTENT_TYPE_COLUMNS,
    PUBLISHED_PREPRINT_COLUMNS,
    STORED_FILE_COLUMNS,
    {
      osf_abstractnode: ['id', 'is_public', 'deleted'],
      osf_preprint: ['id'],
      osf_basefilenode: ['created', 'target_object_id', 'target_content_type_id'],
    },
  ];

  @Cron(DAILY_SCHEDULE, { name: 'osfstorage_file_count', ...UTC })
  override due(): void {
    super.due();
  }

  protected override query(date: CalendarDate): OsfQuery {
    return { sql: SELECT_FILE_COUNTS, values: [date.start(), date.end()] };
  }
}
