import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { CommandError, MisuseError } from './service-client.js';

const MOST_RUNS = 1_000;

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

/** What `reporters run` is asked for. */
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
 * Which reporters are to run for which cycles; without a cycle, for the last whole one.
 * @throws MisuseError when the options do not go together; CommandError when they name what there is not
 */
export function requestedRuns(reporters: readonly ListedReporter[], options: RunOptions, now: Date): RequestedRun[] {
  const chosen = chooseReporters(reporters, options);
  const runs = chosen.flatMap(({ id, attributes: { period } }) => {
    const cycles = period === 'daily' ? cyclesOf(DAYS, options, now) : cyclesOf(MONTHS, options, now);
    return cycles.map((cycle) => ({ reporter: id, cycle }));
  });
  if (runs.length > MOST_RUNS) throw new MisuseError(`at most ${MOST_RUNS} runs at a time`);
  return runs;
}

/** @param name its id, with dashes or underscores @throws CommandError when there is none */
export function findReporter(reporters: readonly ListedReporter[], name: string): ListedReporter {
  const id = name.replaceAll('-', '_');
  const reporter = reporters.find((each) => each.id === id);
  if (!reporter) throw new CommandError(`there is no reporter ${id}: see \`reporters list\``);
  return reporter;
}

function chooseReporters(reporters: readonly ListedReporter[], options: RunOptions): ListedReporter[] {
  const { daily, monthly } = options;
  if (options.reporter !== undefined) {
    if (daily || monthly) throw new MisuseError('--reporter does not go with --daily or --monthly');
    const reporter = findReporter(reporters, options.reporter);
    const { id } = reporter;
    if (reporter.attributes.unavailable)
      throw new CommandError(`${id} is unavailable: ${reporter.attributes.unavailable}`);
    return [reporter];
  }
  const isChosen = (period: string): boolean => {
    if (daily || monthly) return Boolean(period === 'daily' ? daily : monthly);
    if (options.date !== undefined) return period === 'daily';
    if (options.month !== undefined) return period === 'monthly';
    throw new MisuseError('say which: --reporter, --daily or --monthly');
  };
  return reporters.filter(({ attributes: { unavailable, period } }) => unavailable === null && isChosen(period));
}

/** What days and months have in common, as far as going through them is concerned. */
interface Steps<Cycle> {
  readonly option: 'date' | 'month';
  readonly parse: (text: string) => Cycle;
  readonly next: (cycle: Cycle) => Cycle;
  readonly lastWhole: (now: Date) => Cycle;
}

const DAYS: Steps<CalendarDate> = {
  option: 'date',
  parse: (text) => CalendarDate.parse(text),
  next: (date) => date.plusDays(1),
  lastWhole: (now) => CalendarDate.at(now).plusDays(-1),
};

const MONTHS: Steps<YearMonth> = {
  option: 'month',
  parse: (text) => YearMonth.parse(text),
  next: (month) => month.plusMonths(1),
  lastWhole: (now) => YearMonth.at(now).plusMonths(-1),
};

function cyclesOf<Cycle extends { compare(other: Cycle): number; toString(): string }>(
  { option, parse, next, lastWhole }: Steps<Cycle>,
  options: RunOptions,
  now: Date,
): string[] {
  const other = option === 'date' ? 'month' : 'date';
  if (options[other] !== undefined) throw new MisuseError(`--${other} does not fit the reporter: use --${option}`);
  const single = options[option];
  if (single !== undefined && options.from !== undefined) throw new MisuseError(`--from does not go with --${option}`);
  if (options.to !== undefined && options.from === undefined) throw new MisuseError('--to needs --from');
  const read = (text: string): Cycle => orMisuse(() => parse(text));
  if (options.from === undefined) return [(single === undefined ? lastWhole(now) : read(single)).toString()];
  const [first, last] = [read(options.from), options.to === undefined ? lastWhole(now) : read(options.to)];
  const cycles: string[] = [];
  for (let cycle = first; cycle.compare(last) <= 0 && cycles.length <= MOST_RUNS; cycle = next(cycle)) {
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
