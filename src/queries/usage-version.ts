import { isClosed, isQuiet, type UsageMonth } from '../model/usage-month.js';
import type { DateRange } from '../time/date-range.js';
import { periodsWithin } from '../time/periods.js';
import { YearMonth } from '../time/year-month.js';

/** Identifies the usages of the range; undefined if some may arrive unnoticed, or arrived just now. */
export function findUsageVersion(
  range: Required<DateRange>,
  months: readonly UsageMonth[],
  now: Date,
): string | undefined {
  const names = periodsWithin(range, 'month').map((first) => YearMonth.of(first));
  const known = names.map((name) => months.find(({ month }) => month.equals(name)));
  const isStable = names.every((name) => isClosed(name, now)) && known.every((month) => !month || isQuiet(month, now));
  if (!isStable) return undefined;
  return known.map((month) => `${month?.change_id} ${month?.usages_removed}`).join(' ');
}
