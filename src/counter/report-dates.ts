import { YearMonth } from '../time/year-month.js';
import type { CounterParameters } from './counter-parameters.js';
import { CounterError, type ReportException } from './exceptions.js';

/** Months of which the usage is processed, and when that was finished. */
export type ProcessedMonths = ReadonlyMap<string, Date>;

export interface ReportDates {
  readonly begin: YearMonth;
  readonly end: YearMonth;
}

/** The months to report, and what is to be said of the others. */
export interface ReportMonths extends ReportDates {
  /** The processed months of the period, oldest first. */
  readonly months: readonly string[];
  readonly exceptions: readonly ReportException[];
}

const MONTH = /^\d{4}-\d{2}$/;

/**
 * The months of `begin_date` and `end_date`, which are months, or the first and the last day of months.
 * @throws CounterError 1030 when one is missing, 3020 when they are invalid
 */
export function readDates(parameters: CounterParameters): ReportDates {
  const [begin, end] = [parameters.find('begin_date'), parameters.find('end_date')];
  const missing = ['begin_date', 'end_date'].filter((name) => parameters.find(name) === undefined);
  if (begin === undefined || end === undefined) throw new CounterError(1030, `missing: ${missing.join(', ')}`);
  const dates = {
    begin: readMonth('begin_date', begin, (month) => month.firstDay().toString()),
    end: readMonth('end_date', end, (month) => month.plusMonths(1).firstDay().plusDays(-1).toString()),
  };
  if (dates.end.compare(dates.begin) < 0) throw new CounterError(3020, 'end_date is before begin_date');
  return dates;
}

/**
 * Compares the period with the months that are processed (Code of Practice 5.1, section 3.3.1 and appendix D).
 * @throws CounterError 3020 when the period begins in the current month or later
 */
export function selectMonths({ begin, end }: ReportDates, processed: ProcessedMonths, now: Date): ReportMonths {
  const current = YearMonth.at(now);
  if (begin.compare(current) >= 0) throw new CounterError(3020, 'begin_date is in a month that is not over');
  const shownEnd = end.compare(current) >= 0 ? current.plusMonths(-1) : end;
  const available = [...processed.keys()].sort();
  const [first, last] = [available[0], available.at(-1)];
  const [months, early, missing]: [string[], string[], string[]] = [[], [], []];
  for (let month = begin; month.compare(shownEnd) <= 0; month = month.plusMonths(1)) {
    const name = month.toString();
    if (processed.has(name)) months.push(name);
    else if (first !== undefined && name < first) early.push(name);
    else missing.push(name);
  }
  if (end.compare(shownEnd) > 0) missing.push(...new Set([current.toString(), end.toString()]));
  const exceptions: ReportException[] = [];
  if (missing.length > 0) {
    const availability = last === undefined ? 'no month has been processed yet' : `last month available: ${last}`;
    exceptions.push({ code: 3031, data: `${describe(missing)}; ${availability}` });
  }
  if (early.length > 0) exceptions.push({ code: 3032, data: `${describe(early)}; first month available: ${first}` });
  return { begin, end: shownEnd, months, exceptions };
}

/** @param edge the only day of a month that is allowed */
function readMonth(name: string, text: string, edge: (month: YearMonth) => string): YearMonth {
  try {
    const month = YearMonth.parse(text.slice(0, 'YYYY-MM'.length));
    if (MONTH.test(text) || text === edge(month)) return month;
  } catch {
    // The exception names the parameter.
  }
  const day = name === 'begin_date' ? 'first' : 'last';
  throw new CounterError(3020, `${name} must be yyyy-mm, or yyyy-mm-dd with the ${day} day of a month`);
}

/** Writes months in a row as a range. */
function describe(months: readonly string[]): string {
  const ranges: [string, string][] = [];
  for (const month of months) {
    const range = ranges.at(-1);
    if (range && YearMonth.parse(range[1]).plusMonths(1).toString() === month) range[1] = month;
    else ranges.push([month, month]);
  }
  return ranges.map(([first, last]) => (first === last ? first : `${first} to ${last}`)).join(', ');
}
