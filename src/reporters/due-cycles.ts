import { CronTime } from 'cron';
import type { Cycle } from '../model/report.js';
import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { DailyReporter, type Reporter } from './reporter.js';

/** How many missed cycles are caught up at most. */
const MOST_CAUGHT_UP = { daily: 31, monthly: 12 };
/** Under which `@nestjs/schedule` keeps what `@Cron` is given: it has no other way to ask. */
const CRON_METADATA = 'SCHEDULE_CRON_OPTIONS';

/** A cycle, and when its run is due. */
export interface DueCycle {
  readonly cycle: Cycle;
  readonly dueAt: Date;
}

/**
 * When the reporter runs, as a cron expression in UTC.
 * @throws TypeError when it does not declare that
 */
export function scheduleOf(reporter: Reporter): string {
  const method = Reflect.get(reporter, 'due') as object;
  const declared = Reflect.getMetadata(CRON_METADATA, method) as Record<string, unknown> | undefined;
  const { cronTime, timeZone } = declared ?? {};
  if (typeof cronTime === 'string' && timeZone === 'UTC') return cronTime;
  throw new TypeError(`${reporter.constructor.name} has no schedule: override due() with @Cron(…, UTC)`);
}

/** The latest cycles whose runs are due by now, the oldest first; as many as are caught up at most. */
export function dueCycles(reporter: Reporter, now: Date): DueCycle[] {
  const isDaily = reporter instanceof DailyReporter;
  const schedule = new CronTime(scheduleOf(reporter), 'UTC');
  const due: DueCycle[] = [];
  let cycle = previousCycle(isDaily ? CalendarDate.at(now) : YearMonth.at(now));
  while (due.length < (isDaily ? MOST_CAUGHT_UP.daily : MOST_CAUGHT_UP.monthly)) {
    const justBefore = new Date(cycle.end().getTime() - 1);
    const dueAt = schedule.getNextDateFrom(justBefore, 'UTC').toJSDate();
    if (dueAt <= now) due.unshift({ cycle, dueAt });
    cycle = previousCycle(cycle);
  }
  return due;
}

/** @throws RangeError when the text is no cycle of the reporter */
export function parseCycle(reporter: Reporter, text: string): Cycle {
  return reporter instanceof DailyReporter ? CalendarDate.parse(text) : YearMonth.parse(text);
}

function previousCycle(cycle: Cycle): Cycle {
  return cycle instanceof CalendarDate ? cycle.plusDays(-1) : cycle.plusMonths(-1);
}
