import { findByName } from '../reporters/reporter-aliases.js';
import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { CommandError, MisuseError } from './service-client.js';
import { unknownName } from './unknown-name.js';

const MAX_RUNS = 1_000;

/** A reporter, as the service lists it. */
export interface ListedReporter {
  readonly id: string;
  readonly attributes: {
    readonly period: 'daily' | 'monthly';
    readonly unavailable: string | null;
    readonly latest_run: ListedRun | null;
  };
}

export interface ListedRun {
  readonly reporter: string;
  readonly cycle: string;
  readonly state: 'running' | 'succeeded' | 'failed';
  readonly started_at: string;
  readonly reports_saved: number;
  readonly error: string | null;
}

/** The options of `reporters run`. */
export interface RunOptions {
  readonly daily?: boolean;
  readonly monthly?: boolean;
  readonly reporter?: string;
  readonly date?: string;
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface RequestedRun {
  readonly reporter: string;
  readonly cycle: string;
}

/**
 * The runs that the options select. Without a cycle, reporters run for the last complete one.
 *
 * @throws MisuseError if the options cannot be combined
 * @throws CommandError if a reporter is unknown or unavailable
 */
export function requestedRuns(reporters: readonly ListedReporter[], options: RunOptions, now: Date): RequestedRun[] {
  const selected = selectReporters(reporters, options);
  const runs = selected.flatMap(({ id, attributes: { period } }) => {
    const cycles = period === 'daily' ? selectCycles(DAYS, options, now) : selectCycles(MONTHS, options, now);
    return cycles.map((cycle) => ({ reporter: id, cycle }));
  });
  if (runs.length > MAX_RUNS) throw new MisuseError(`at most ${MAX_RUNS} runs at a time`);
  return runs;
}

/** @param name its id or an alias @throws MisuseError if the service does not have the reporter */
export function findReporter(reporters: readonly ListedReporter[], name: string): ListedReporter {
  const reporter = findByName(reporters, name);
  if (!reporter) {
    const ids = reporters.map(({ id }) => id);
    throw unknownName(
      'reporter',
      name,
      ids,
      'A new reporter needs a line in dailyReporters or monthlyReporters, or its module in app.module.ts, and a restart',
    );
  }
  return reporter;
}

function selectReporters(reporters: readonly ListedReporter[], options: RunOptions): ListedReporter[] {
  const { daily, monthly } = options;
  if (options.reporter !== undefined) {
    if (daily || monthly) throw new MisuseError('--reporter cannot be combined with --daily or --monthly');
    const reporter = findReporter(reporters, options.reporter);
    const { unavailable } = reporter.attributes;
    if (unavailable) throw new CommandError(`${reporter.id} is unavailable: ${unavailable}`);
    return [reporter];
  }
  const isSelected = (period: string): boolean => {
    if (daily || monthly) return Boolean(period === 'daily' ? daily : monthly);
    if (options.date !== undefined) return period === 'daily';
    if (options.month !== undefined) return period === 'monthly';
    throw new MisuseError('select reporters with --reporter, --daily or --monthly');
  };
  return reporters.filter(({ attributes: { unavailable, period } }) => unavailable === null && isSelected(period));
}

/** How to step through cycles: days or months. */
interface CycleSteps<Cycle> {
  readonly option: 'date' | 'month';
  readonly parse: (text: string) => Cycle;
  readonly next: (cycle: Cycle) => Cycle;
  readonly lastComplete: (now: Date) => Cycle;
}

const DAYS: CycleSteps<CalendarDate> = {
  option: 'date',
  parse: (text) => CalendarDate.parse(text),
  next: (date) => date.plusDays(1),
  lastComplete: (now) => CalendarDate.at(now).plusDays(-1),
};

const MONTHS: CycleSteps<YearMonth> = {
  option: 'month',
  parse: (text) => YearMonth.parse(text),
  next: (month) => month.plusMonths(1),
  lastComplete: (now) => YearMonth.at(now).plusMonths(-1),
};

function selectCycles<Cycle extends { compare(other: Cycle): number; toString(): string }>(
  { option, parse, next, lastComplete }: CycleSteps<Cycle>,
  options: RunOptions,
  now: Date,
): string[] {
  const otherOption = option === 'date' ? 'month' : 'date';
  if (options[otherOption] !== undefined) {
    throw new MisuseError(`--${otherOption} does not apply to the reporter: use --${option}`);
  }
  const { [option]: single, from, to } = options;
  if (single !== undefined && from !== undefined) throw new MisuseError(`--from cannot be combined with --${option}`);
  if (to !== undefined && from === undefined) throw new MisuseError('--to requires --from');
  const read = (text: string | undefined): Cycle => {
    return text === undefined ? lastComplete(now) : orMisuse(() => parse(text));
  };
  if (from === undefined) return [read(single).toString()];
  const [first, last] = [read(from), read(to)];
  const cycles: string[] = [];
  for (let cycle = first; cycle.compare(last) <= 0 && cycles.length <= MAX_RUNS; cycle = next(cycle)) {
    cycles.push(cycle.toString());
  }
  if (cycles.length === 0) throw new MisuseError(`${last.toString()} is before ${first.toString()}`);
  return cycles;
}

function orMisuse<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new MisuseError((error as Error).message);
  }
}
