import { listMonths, toDemoReport } from './demo-cycles.js';
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
export function* createSpamReports(days: DemoDays, random: DemoRandom): Iterable<object> {
  for (const month of listMonths(days)) {
    const counts = Object.entries(AVERAGES).map(([name, average]) => [name, random.around(average)]);
    const attributes = { report_yearmonth: month.toString(), ...(Object.fromEntries(counts) as object) };
    yield toDemoReport('spam_summary', attributes);
  }
}
