import type { Configuration } from '../config/configuration.js';
import { isQuiet, isUpToDate, type UsageMonth } from '../model/usage-month.js';
import type { YearMonth } from '../time/year-month.js';
import type { CycleWithData } from './reporter.js';

/**
 * The ended months with usages, as cycles of a reporter that reads the monthly aggregate, the oldest first. A month that is
 * still changing, and those after it, wait until it is quiet.
 */
export function toCycles(months: readonly UsageMonth[], now: Date): CycleWithData[] {
  const ended = months.filter(({ month }) => month.end() <= now);
  const changing = ended.findIndex((month) => !isUpToDate(month) && !isQuiet(month, now));
  return ended.slice(0, changing < 0 ? ended.length : changing).map((month) => ({
    cycle: month.month,
    changedAt: month.changed_at,
    isPending: !isUpToDate(month),
  }));
}

/** Why usages of a month cannot be reported; undefined if they can. */
export function unsupportedMonthReason(
  { usageReportEpoch: epoch }: Configuration,
  month: YearMonth,
): string | undefined {
  if (!epoch || month.compare(epoch) >= 0) return undefined;
  return `usages of before ${epoch.toString()} have expired (USAGE_REPORT_EPOCH)`;
}
