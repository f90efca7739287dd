import { RESOURCE_TYPE_PREFIX } from '../../reports/report-resource.js';
import { YearMonth } from '../../time/year-month.js';
import type { DemoRandom } from './demo-random.js';
import type { DemoDays } from './demo-usages.js';

const AVERAGES = {
  node_confirmed_spam: 900,
  node_confirmed_ham: 120,
  node_flagged: 1_400,
  registration_confirmed_spam: 60,
  registration_confirmed_ham: 15,
  registration_flagged: 90,
  preprint_confirmed_spam: 40,
  preprint_confirmed_ham: 30,
  preprint_flagged: 110,
  user_marked_as_spam: 700,
  user_marked_as_ham: 80,
};

/** Monthly reports about spam. */
export function* createSpamReports({ first, count }: DemoDays, random: DemoRandom): Iterable<object> {
  const lastMonth = YearMonth.of(first.plusDays(count - 1));
  for (let month = YearMonth.of(first); month.compare(lastMonth) <= 0; month = month.plusMonths(1)) {
    const counts = Object.entries(AVERAGES).map(([name, average]) => [name, random.around(average)]);
    yield {
      type: `${RESOURCE_TYPE_PREFIX}spam_summary`,
      attributes: { report_yearmonth: month.toString(), ...(Object.fromEntries(counts) as object) },
    };
  }
}
