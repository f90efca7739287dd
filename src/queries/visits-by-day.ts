import { ApiProperty } from '@nestjs/swagger';
import type { UsageGroup, UsageGrouping } from '../storage/usage-query.js';
import { CalendarDate } from '../time/calendar-date.js';

/** COUNTER's unit for "unique". */
export const SESSION_HOURS = { count: 'session-hours' } as const;

export const VISITS_BY_DAY: UsageGrouping = { by: { time: 'day' }, measures: { count: SESSION_HOURS } };

export class DayCount {
  @ApiProperty({ format: 'date', description: 'A day, UTC' })
  date: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Distinct session-hours' })
  count: number;
}

/** Every day from the first group's to the last one's, those without usage included. */
export function countByDay(groups: readonly UsageGroup[]): DayCount[] {
  const countOf = new Map(groups.map((group) => [group.key, countOfGroup(group)]));
  const [first, last] = [groups[0], groups.at(-1)];
  const days: DayCount[] = [];
  if (!first || !last) return days;
  const end = CalendarDate.parse(last.key);
  for (let day = CalendarDate.parse(first.key); day.compare(end) <= 0; day = day.plusDays(1)) {
    days.push({ date: day.toString(), count: countOf.get(day.toString()) ?? 0 });
  }
  return days;
}

export function countOfGroup({ measures }: UsageGroup): number {
  return Number(measures['count'] ?? 0);
}
