import type { PublicUsageFilter } from '../storage/usage-sum-query.js';
import type { DateRange } from '../time/date-range.js';
import { partsWithin } from '../time/periods.js';
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
  for (const part of partsWithin(range, 'month')) {
    const month = YearMonth.of(part.start);
    const [start, end] = [part.start.start(), part.end.start()];
    const isWhole = start.getTime() === month.start().getTime() && end.getTime() === month.end().getTime();
    if (isWhole && !stale.some((each) => each.equals(month))) {
      months.push(month);
      continue;
    }
    const last = times.at(-1);
    if (last?.end.getTime() === start.getTime()) last.end = end;
    else times.push({ start, end });
  }
  return { months, times };
}
