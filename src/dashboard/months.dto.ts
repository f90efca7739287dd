import { badRequestParameter } from '../http/json-api/api-error.js';
import { MonthParameter } from '../http/json-api/query-parameter.decorators.js';
import type { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { PageWithoutRangeDto } from './page-without-range.dto.js';

const MAX_MONTHS = 120;
const emptyIsAbsent = true;

/** The two months of a comparison. */
export interface MonthPair {
  readonly month: YearMonth;
  readonly other: YearMonth;
}

/** Two months to compare. */
export class MonthsDto extends PageWithoutRangeDto {
  @MonthParameter('The first month. Default: the last complete month', { emptyIsAbsent })
  month?: YearMonth;

  @MonthParameter('The month to compare with. Default: the month before the first', { emptyIsAbsent })
  other?: YearMonth;

  /** @throws ApiError 400 naming a parameter */
  toPair(today: CalendarDate): MonthPair {
    const thisMonth = YearMonth.of(today);
    const month = this.month ?? thisMonth.plusMonths(-1);
    const other = this.other ?? month.plusMonths(-1);
    for (const [name, value] of Object.entries({ month, other })) {
      if (value.compare(thisMonth) > 0) throw badRequestParameter(name, 'must not be after this month');
      if (thisMonth.compare(value) >= MAX_MONTHS) throw badRequestParameter(name, 'must be within the last ten years');
    }
    return { month, other };
  }

  /** The months to list, newest first: those with usage, of the last ten years, and those of the pair. */
  static monthsSince(first: YearMonth | undefined, { month, other }: MonthPair, today: CalendarDate): YearMonth[] {
    const thisMonth = YearMonth.of(today);
    const oldest = [first ?? thisMonth, month, other].reduce((a, b) => (a.compare(b) < 0 ? a : b));
    const count = Math.min(thisMonth.compare(oldest) + 1, MAX_MONTHS);
    return Array.from({ length: count }, (_, index) => thisMonth.plusMonths(-index));
  }
}
