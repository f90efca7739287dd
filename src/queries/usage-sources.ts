import type { PublicUsageFilter } from '../storage/usage-sum-query.js';
import type { DateRange } from '../time/date-range.js';
import { periodAfter, periodsWithin } from '../time/periods.js';
import { YearMonth } from '../time/year-month.js';

/**
 * The sources of the public usage of a range: the monthly aggregate for whole months, and usages for the rest.
 * @param stale the months whose aggregate is not up to date
 */
export function sourcesOf(
  range: Required<DateRange>,
  stale: readonly YearMonth[],
): Pick<PublicUsageFilter, 'months' | 'times'> {
  const months: YearMonth[] = [];
  const times: { start: Date; end: Date }[] = [];
  for (const first of periodsWithin(range, 'month')) {
    const month = YearMonth.of(first);
    const next = periodAfter(first, 'month');
    const isWhole = range.start.compare(first) <= 0 && next.compare(range.end) <= 0;
    if (isWhole && !stale.some((each) => each.equals(month))) {
      months.push(month);
      continue;
    }
    const start = (range.start.compare(first) > 0 ? range.start : first).start();
    const end = (next.compare(range.end) > 0 ? range.end : next).start();
    const last = times.at(-1);
    if (last?.end.getTime() === start.getTime()) last.end = end;
    else times.push({ start, end });
  }
  return { months, times };
}
