import { randomUUID } from 'node:crypto';
import { Run } from '../dist/model/run.js';
import { MonthlyCounterItemUsageReport } from '../dist/reports/monthly/counter-item-usage.js';
import { MonthlyCounterPlatformUsageReport } from '../dist/reports/monthly/counter-platform-usage.js';
import { YearMonth } from '../dist/time/year-month.js';
import { guidOf } from './workload.js';

const ITEMS_PER_SAVE = 2_000;
const TYPES = ['Project', 'File', 'Preprint', 'Registration'];
const COUNTS = {
  total_item_investigations: 7,
  unique_item_investigations: 5,
  total_item_requests: 3,
  unique_item_requests: 2,
};

export const LAST_MONTH = YearMonth.at(new Date()).plusMonths(-1);

/** Saves the COUNTER reports of the last month: one for each item, and their sums. */
export async function saveCounterReports(repository, items) {
  const timestamp = new Date();
  for (let first = 0; first < items; first += ITEMS_PER_SAVE) {
    const reports = Array.from({ length: Math.min(ITEMS_PER_SAVE, items - first) }, (_, index) =>
      Object.assign(new MonthlyCounterItemUsageReport(), {
        report_yearmonth: LAST_MONTH,
        timestamp,
        item_iri: `https://osf.io/${guidOf(first + index)}`,
        item_osfid: guidOf(first + index),
        item_type: TYPES[index % TYPES.length],
        resource_type: null,
        access: 'Open',
        title: `The title of the item ${first + index}, of common length`,
        doi: `10.17605/osf.io/${guidOf(first + index)}`,
        authors: [{ name: 'Ada Lovelace', orcid_id: null }],
        publisher: 'OSF',
        publication_date: null,
        parent: null,
        regular: COUNTS,
        tdm: index % 10 === 0 ? COUNTS : { ...COUNTS, total_item_investigations: 0, total_item_requests: 0 },
      }),
    );
    await repository.saveReports(reports);
  }
  const sums = TYPES.map((item_type) =>
    Object.assign(new MonthlyCounterPlatformUsageReport(), {
      report_yearmonth: LAST_MONTH,
      timestamp,
      item_type,
      resource_type: null,
      access_method: 'Regular',
      items: COUNTS,
      searches_platform: 0,
    }),
  );
  await repository.saveReports(sums);
  const ended = new Date();
  const run = {
    reporter: 'counter_platform_usage',
    cycle: String(LAST_MONTH),
    state: 'succeeded',
    last_key: null,
    error: null,
  };
  await repository.saveRun(
    Object.assign(new Run(), { id: randomUUID(), ...run, started_at: ended, finished_at: ended, reports_saved: 4 }),
  );
  await repository.refresh();
}
