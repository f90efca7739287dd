import type { Cycle } from '../reports/report.js';
import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { DailyReporter, type Reporter } from './reporter.js';

/** How many missed cycles are caught up at most. */
const MOST_CAUGHT_UP = { daily: 31, monthly: 12 };
const DAILY_HOUR = 6;
const MONTHLY_DAY = 2;

/** The cycle that a run on schedule at this moment is about: the day or month before. */
export function cycleBefore(reporter: Reporter, now: Date): Cycle {
  return reporter instanceof DailyReporter ? CalendarDate.at(now).plusDays(-1) : YearMonth.at(now).plusMonths(-1);
}

/** The latest cycle whose scheduled run should have begun by now. */
export function latestDueCycle(reporter: Reporter, now: Date): Cycle {
  if (reporter instanceof DailyReporter) {
    return CalendarDate.at(new Date(now.getTime() - DAILY_HOUR * 3_600_000)).plusDays(-1);
  }
  const scheduled = YearMonth.at(now).start();
  scheduled.setUTCDate(MONTHLY_DAY);
  scheduled.setUTCHours(6, 30);
  return YearMonth.at(now).plusMonths(now >= scheduled ? -1 : -2);
}

/** The cycles after the one that was done last, up to the latest that is due; the oldest first. */
export function missedCycles(reporter: Reporter, lastDone: Cycle, now: Date): Cycle[] {
  const missed: Cycle[] = [];
  const most = reporter instanceof DailyReporter ? MOST_CAUGHT_UP.daily : MOST_CAUGHT_UP.monthly;
  let cycle = latestDueCycle(reporter, now);
  while (missed.length < most && compareCycles(cycle, lastDone) > 0) {
    missed.unshift(cycle);
    cycle = previousCycle(cycle);
  }
  return missed;
}

/** @throws RangeError when the text is no cycle of the reporter */
export function parseCycle(reporter: Reporter, text: string): Cycle {
  return reporter instanceof DailyReporter ? CalendarDate.parse(text) : YearMonth.parse(text);
}

/** Negative when the first is the earlier one; of two days or two months. */
export function compareCycles(a: Cycle, b: Cycle): number {
  return a.start().getTime() - b.start().getTime();
}

function previousCycle(cycle: Cycle): Cycle {
  return cycle instanceof CalendarDate ? cycle.plusDays(-1) : cycle.plusMonths(-1);
}
