import type { DuckDBConnection } from '@duckdb/node-api';
import { CalendarDate } from '../../time/calendar-date.js';
import type { Clock } from '../../time/clock.js';
import type { TimeRange } from '../../time/time-range.js';
import type { YearMonth } from '../../time/year-month.js';
import type { Database } from './database.js';
import { compileTimeRanges, selectRows } from './sql.js';
import { awaitCommit } from './transaction.js';
import type { UsageTable } from './usage-columns.js';
import { insertDay } from './usage-day-sql.js';
import type { UsageMonthTable } from './usage-month-table.js';

const MILLISECONDS_PER_DAY = 86_400_000;
/** Usages of a day that has just ended may still be in the write buffer. */
const CLOSING_MILLISECONDS = 60_000;
/** A day is rolled up when it has not changed for this long: imports change a day many times. */
const QUIET_MILLISECONDS = 10_000;

/** After so many days, days that have changed since come first again. */
const MAX_DAYS = 100;

export interface RollUpOptions {
  /** How long a day has not changed. */
  readonly quietMilliseconds?: number;
  readonly maxDays?: number;
}

interface Build {
  readonly day: number;
  isChanged: boolean;
}

/**
 * Rolled up days: past days whose usages are counted once, so that queries about many days do not read them again.
 *
 * A row of `usage_days` says that the other tables (`usage_day_…`) hold the counts of the day. A write that changes usages
 * of the day deletes the row in its own transaction, so a read never sees counts that are out of date. Rows of other days
 * in these tables are leftovers. Days are counted in days since 1970-01-01.
 */
export class UsageDays {
  /** The days with a row. */
  private readonly rolledUp = new Set<number>();
  /** Days that cannot be rolled up as they are. */
  private readonly unsuitable = new Set<number>();
  /** When a day was last changed after its end, by the monotonic clock. */
  private readonly changedAt = new Map<number, number>();
  private build: Build | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly months: UsageMonthTable,
  ) {}

  async open(connection: DuckDBConnection): Promise<void> {
    for (const day of await listRolledUpDays(connection)) this.rolledUp.add(day);
  }

  /** Of the times of changed usages (in milliseconds), the days to delete with `delete`. Call it within the write. */
  daysToDelete(times: Iterable<number>): number[] {
    const today = dayOf(this.clock.now().getTime());
    const deleted = new Set<number>();
    for (const time of times) {
      const day = dayOf(time);
      if (this.rolledUp.has(day)) deleted.add(day);
      if (this.build?.day === day) this.build.isChanged = true;
      if (day === today) continue;
      this.unsuitable.delete(day);
      this.changedAt.set(day, this.clock.monotonicMilliseconds());
    }
    return [...deleted];
  }

  /** The days to delete when the usages of a month are removed. */
  daysOfMonth(month: YearMonth): number[] {
    const days: number[] = [];
    for (let time = month.start().getTime(); time < month.end().getTime(); time += MILLISECONDS_PER_DAY)
      days.push(time);
    return this.daysToDelete(days);
  }

  /** Deletes days, within the write that changes their usages. */
  async delete(connection: DuckDBConnection, days: readonly number[]): Promise<void> {
    if (days.length > 0) await connection.run(`delete from usage_days where ${compileDays(days)}`);
  }

  /** To be called when a `delete` is durable. */
  forget(days: readonly number[]): void {
    for (const day of days) this.rolledUp.delete(day);
  }

  /**
   * Rolls up the past days that are not, the latest first. Recording goes on meanwhile.
   * @returns the number of days
   */
  async rollUp({ quietMilliseconds = QUIET_MILLISECONDS, maxDays = MAX_DAYS }: RollUpOptions = {}): Promise<number> {
    const due = (await this.findPastDays()).filter((day) => this.isDue(day, quietMilliseconds));
    let count = 0;
    for (const day of due.slice(0, maxDays)) if (await this.rollUpDay(day)) count += 1;
    return count;
  }

  private isDue(day: number, quietMilliseconds: number): boolean {
    if (this.rolledUp.has(day) || this.unsuitable.has(day)) return false;
    const changedAt = this.changedAt.get(day);
    return changedAt === undefined || this.clock.monotonicMilliseconds() - changedAt >= quietMilliseconds;
  }

  /** The past days of months that have usages, the latest first. */
  private async findPastDays(): Promise<number[]> {
    const lastDay = dayOf(this.clock.now().getTime() - CLOSING_MILLISECONDS) - 1;
    const months = (await this.months.list()).filter((month) => !month.usages_removed);
    return months
      .flatMap(({ month }) => daysBetween(dayOf(month.start().getTime()), dayOf(month.end().getTime())))
      .filter((day) => day <= lastDay)
      .reverse();
  }

  /**
   * No write runs when the transaction begins and when it ends, so that every write either precedes the transaction or is
   * noted in `build`.
   */
  private async rollUpDay(day: number): Promise<boolean> {
    const build: Build = { day, isChanged: false };
    await this.database.runInBackground(async (connection) => {
      try {
        await this.database.runExclusive(async () => {
          this.build = build;
          await connection.run('begin');
          // The transaction sees the file as of its first read.
          await connection.run('select 1 from usage_days limit 1');
        });
        const isSuitable = await insertDay(connection, toDate(day));
        await this.database.runExclusive(async () => {
          if (!isSuitable && !build.isChanged) this.unsuitable.add(day);
          if (!isSuitable || build.isChanged) await connection.run('rollback');
          else await awaitCommit(connection.run('commit'));
          if (isSuitable && !build.isChanged) this.rolledUp.add(day);
        });
      } finally {
        this.build = undefined;
      }
    });
    return this.rolledUp.has(day);
  }
}

/** The sources of the usage of time ranges. */
export interface DaySources {
  /** Days that are rolled up. */
  readonly days: readonly number[];
  /** What is not rolled up. */
  readonly times: readonly TimeRange[];
  /** Has all usages of `times`. */
  readonly table: UsageTable;
}

/** Splits time ranges into days that are rolled up and the rest. */
export async function findDaySources(connection: DuckDBConnection, ranges: readonly TimeRange[]): Promise<DaySources> {
  const days: number[] = [];
  const times: TimeRange[] = [];
  if (ranges.length === 0) return { days, times, table: 'usages_recent' };
  const all = await listRolledUpDays(connection);
  for (const range of ranges) {
    const rolledUp = all.filter((day) => isWithin(day, range));
    days.push(...rolledUp);
    times.push(...subtractDays(range, rolledUp));
  }
  const isSettled = times.length > 0 && (await hasSettledUsages(connection, times));
  return { days, times, table: isSettled ? 'usages' : 'usages_recent' };
}

/**
 * Whether clustered usages are within the times. DuckDB expects that a time range selects a fifth of a table. Without the
 * clustered usages it joins the few of today as it should: a sum takes a third of the time.
 */
async function hasSettledUsages(connection: DuckDBConnection, times: readonly TimeRange[]): Promise<boolean> {
  const sql = `select 1 from usages_settled where ${compileTimeRanges(times)} limit 1`;
  return (await selectRows(connection, sql)).length > 0;
}

/** The condition on `date` to be one of the days: ranges, so that DuckDB skips blocks of other days. */
export function compileDays(days: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const day of [...days].sort((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range?.last === day - 1) range.last = day;
    else ranges.push({ first: day, last: day });
  }
  if (ranges.length === 0) return 'false';
  return `(${ranges.map(({ first, last }) => `date between ${toSqlDate(first)} and ${toSqlDate(last)}`).join(' or ')})`;
}

/** The days that are rolled up, in order. */
async function listRolledUpDays(connection: DuckDBConnection): Promise<number[]> {
  const sql = `select (date - date '1970-01-01')::integer as day from usage_days order by day`;
  return (await selectRows<{ day: number }>(connection, sql)).map(({ day }) => day);
}

/** Whether the range has the whole day. */
function isWithin(day: number, { start, end }: TimeRange): boolean {
  const first = start ? start.getTime() / MILLISECONDS_PER_DAY : -Infinity;
  const last = end ? end.getTime() / MILLISECONDS_PER_DAY - 1 : Infinity;
  return day >= first && day <= last;
}

/** The parts of the range between the days. */
function subtractDays({ start, end }: TimeRange, days: readonly number[]): TimeRange[] {
  const parts: TimeRange[] = [];
  let partStart = start;
  for (const day of days) {
    const partEnd = toDate(day).start();
    if (!partStart || partStart < partEnd) parts.push({ start: partStart, end: partEnd });
    partStart = toDate(day).end();
  }
  if (!partStart || !end || partStart < end) parts.push({ start: partStart, end });
  return parts;
}

function daysBetween(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, index) => first + index);
}

function dayOf(time: number): number {
  return Math.floor(time / MILLISECONDS_PER_DAY);
}

function toDate(day: number): CalendarDate {
  return CalendarDate.at(new Date(day * MILLISECONDS_PER_DAY));
}

function toSqlDate(day: number): string {
  return `date '${toDate(day).toString()}'`;
}
