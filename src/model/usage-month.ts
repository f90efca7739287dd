import { BooleanField, InstantField, MonthField, TextField } from '../fields/field.js';
import { YearMonth } from '../time/year-month.js';

/**
 * A usage that is recorded so long before its month ends may be stored after the end, and counts as late. In
 * milliseconds; longer than a write may take and than the clocks of instances differ.
 */
export const MONTH_CLOSING_MILLISECONDS = 300_000;

/** A closed month is built and reported when it has not changed for this long: imports change a month many times. */
const QUIET_MILLISECONDS = 10_000;

/** A month that has usages, and whether its monthly aggregate is up to date. */
export class UsageMonth {
  @MonthField('The month')
  month: YearMonth;

  @TextField('Identifies the latest change of its usages')
  change_id: string;

  @InstantField(
    'When its usages changed last, after the month was closed; before that, when its first usage was stored',
  )
  changed_at: Date;

  @TextField('The change up to which the aggregate was built', { nullable: true })
  built_change_id: string | null;

  @InstantField('When the build of the aggregate started', { nullable: true })
  built_at: Date | null;

  @BooleanField('Whether usages of the month were removed by retention; its aggregate is final then')
  usages_removed: boolean;
}

/** Whether the month is over, allowing for writes that are under way and for clocks that differ. */
export function isClosed(month: YearMonth, now: Date): boolean {
  return month.end().getTime() <= now.getTime() + MONTH_CLOSING_MILLISECONDS;
}

/** Whether the aggregate of the month holds all of its usages: it was built after the month ended, and after each change. */
export function isUpToDate(month: UsageMonth): boolean {
  if (month.usages_removed) return true;
  const { change_id, built_change_id, built_at } = month;
  return built_at !== null && built_at >= month.month.end() && change_id === built_change_id;
}

/** The months that may have usages which their aggregate lacks: those that are not up to date, and the current one. */
export function staleMonths(months: readonly UsageMonth[], now: Date): YearMonth[] {
  return [...months.filter((month) => !isUpToDate(month)).map(({ month }) => month), YearMonth.at(now)];
}

/** Whether the month has not changed for a while, so that building and reporting it is not repeated soon. */
export function isQuiet({ changed_at }: UsageMonth, now: Date): boolean {
  return now.getTime() - changed_at.getTime() >= QUIET_MILLISECONDS;
}
