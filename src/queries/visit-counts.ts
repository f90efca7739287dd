import { ApiProperty } from '@nestjs/swagger';
import type { UsageGroup, UsageGrouping } from '../storage/usage-query.js';
import { CalendarDate } from '../time/calendar-date.js';

/** A visit is a distinct session-hour, as in COUNTER's unique counts (Code of Practice 5.0.2, section 3.3.4). */
export const VISITS = { count: 'session-hours' } as const;

export const VISITS_BY_DAY: UsageGrouping = { by: { time: 'day' }, measures: { count: VISITS } };

export class DayCount {
  @ApiProperty({ format: 'date', description: 'Day (UTC)' })
  date: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Distinct session-hours' })
  count: number;
}

/** Converts the groups of `VISITS_BY_DAY`. Days without usage, from the first group's day to the last one's, count 0. */
export function toDayCounts(groups: readonly UsageGroup[] = []): DayCount[] {
  const counts = new Map(groups.map((group) => [group.key, visitsOf(group)]));
  const [first, last] = [groups[0], groups.at(-1)];
  const days: DayCount[] = [];
  if (!first || !last) return days;
  const end = CalendarDate.parse(last.key);
  for (let day = CalendarDate.parse(first.key); day.compare(end) <= 0; day = day.plusDays(1)) {
    days.push({ date: day.toString(), count: counts.get(day.toString()) ?? 0 });
  }
  return days;
}

/** The measure `count: VISITS` of a group. */
export function visitsOf({ measures }: UsageGroup): number {
  return Number(measures['count'] ?? 0);
}
