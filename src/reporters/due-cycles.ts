import type { CronTime } from 'cron';
import type { Cycle } from '../model/report.js';
import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { DailyReporter, type Reporter } from './reporter.js';

/** How many missed cycles a reporter catches up at most. */
const MAX_CAUGHT_UP_CYCLES = { daily: 31, monthly: 12 };

export interface DueCycle {
  readonly cycle: Cycle;
  /** When the schedule first fires at or after the end of the cycle. */
  readonly dueAt: Date;
}

/** The first time of the schedule at or after the end of a cycle. */
export function dueTimeOf(cycle: Cycle, schedule: CronTime): Date {
  return schedule.getNextDateFrom(new Date(cycle.end().getTime() - 1), 'UTC').toJSDate();
}

/** Finds the latest cycles that are due, oldest first: at most as many as a reporter catches up. */
export function dueCycles(reporter: Reporter, schedule: CronTime, now: Date): DueCycle[] {
  const isDaily = reporter instanceof DailyReporter;
  const limit = isDaily ? MAX_CAUGHT_UP_CYCLES.daily : MAX_CAUGHT_UP_CYCLES.monthly;
  const due: DueCycle[] = [];
  let cycle = previousCycle(isDaily ? CalendarDate.at(now) : YearMonth.at(now));
  while (due.length < limit) {
    const dueAt = dueTimeOf(cycle, schedule);
    if (dueAt <= now) due.unshift({ cycle, dueAt });
    cycle = previousCycle(cycle);
  }
  return due;
}

/** @throws RangeError if the text is not a cycle of the reporter */
export function parseCycle(reporter: Reporter, text: string): Cycle {
  return reporter instanceof DailyReporter ? CalendarDate.parse(text) : YearMonth.parse(text);
}

function previousCycle(cycle: Cycle): Cycle {
  return cycle instanceof CalendarDate ? cycle.plusDays(-1) : cycle.plusMonths(-1);
}
