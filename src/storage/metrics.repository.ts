import type { CountedAuthUsage } from '../model/counted-auth-usage.js';
import { UnavailableError } from '../model/errors.js';
import type { Item } from '../model/item.js';
import type { MonthlyItemUsage, UsageCounts } from '../model/monthly-item-usage.js';
import type { RegistriesModeration, RegistriesModerationSummary } from '../model/registries-moderation.js';
import type { Cycle, Report } from '../model/report.js';
import type { ReportClass } from '../model/report-type.js';
import type { Run } from '../model/run.js';
import type { UsageMonth } from '../model/usage-month.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { TimeRange } from '../time/time-range.js';
import type { YearMonth } from '../time/year-month.js';
import type { ItemUsageQuery, MonthlyUsageFilter, MonthlyUsagePage } from './monthly-usage-query.js';
import type { ReportQuery } from './report-query.js';
import type { UsageFilter, UsageGroup, UsageQuery, UsageQueryResult } from './usage-query.js';

/** A usage, and what the store needs to tell whether it is a double click. */
export interface NewUsage {
  readonly usage: CountedAuthUsage;
  /**
   * The same visitor's sessions in the clock hours next to the usage's own, where clicks that are one with it may stand: a
   * click just before the hour and one just after it are a double click too.
   */
  readonly adjacentSessions: readonly AdjacentSession[];
}

export interface AdjacentSession {
  /** Its session-hour id. */
  readonly id: string;
  /** Any instant in its hour. */
  readonly instant: Date;
}

/** What became of one usage of a batch. A usage that replaced, or was replaced by, a double click is recorded. */
export type RecordOutcome =
  | { readonly status: 'recorded' }
  | { readonly status: 'rejected'; /** Fit to be shown to the sender. */ readonly reason: string };

/** As `RecordOutcome`, or the store could not take this usage, although it took others of the same call. */
export type StoreOutcome = RecordOutcome | { readonly status: 'unavailable' };

/** A secret of one day, which ties that day's visitors to their session-hours. */
export interface SessionKey {
  readonly date: CalendarDate;
  /** 32 random bytes. */
  readonly secret: Buffer;
  readonly createdAt: Date;
}

/** The build of the aggregate of one month. */
export interface UsageMonthBuild {
  readonly month: YearMonth;
  /** The `change_id` of the month when the build started. */
  readonly changeId: string;
  /** When the build started. */
  readonly builtAt: Date;
}

/** Reports of one cycle, by their `timestamp`. */
export interface SavedBefore {
  readonly cycle: Cycle;
  readonly savedBefore: Date;
}

export interface RunFilter {
  readonly id?: string;
  readonly reporter?: string;
  readonly cycle?: string;
  readonly limit?: number;
}

/**
 * The store is away, full or too slow: nothing of the call was stored, unless a method says otherwise. Answered with 503.
 */
export class StoreUnavailableError extends UnavailableError {
  override readonly name = 'StoreUnavailableError';
  readonly publicMessage = 'the store cannot answer now; try again';
}

/** Injection token of the report classes (`readonly ReportClass[]`) for which a store prepares a table or an index. */
export const REPORT_CLASSES = Symbol('REPORT_CLASSES');

/**
 * The port between the domain and the stores. An adapter extends it, derives its tables or mappings from the declared
 * fields, and passes `test/repository.contract.ts`. Every method may throw `StoreUnavailableError`.
 */
export abstract class MetricsRepository {
  /**
   * Records `N×` usages, durably when the promise resolves, and filters double clicks exactly, in whatever order usages
   * arrive: of the usages of one page (or, without a page, one item) with the same labels in the same session, each
   * within 30 seconds of the one before, only the last is kept. (Code of Practice 5.0.2, section 7.2.)
   *
   * Of a call that fails, usages may have been stored by a store of many machines; sending them again changes nothing.
   *
   * @returns `N×` outcomes, in the order of the usages.
   */
  abstract recordUsages(usages: readonly NewUsage[]): Promise<StoreOutcome[]>;

  /** Removes the usages of a month for good, and marks the month: its aggregate is final. */
  abstract removeUsages(month: YearMonth): Promise<void>;

  /** Lets queries find every usage that was recorded before; those of a store of many machines may else be a second late. */
  abstract refresh(): Promise<void>;

  abstract queryUsages(query: UsageQuery): Promise<UsageQueryResult>;

  async countUsages(where: UsageFilter): Promise<number> {
    const { all = [] } = await this.queryUsages({
      where,
      groupings: { all: { by: 'all', measures: { usages: { count: 'usages' } } } },
    });
    return Number(all[0]?.measures['usages'] ?? 0);
  }

  /**
   * The groups of usages by item, in the order of their IRIs (by bytes), in one pass over the usages and without holding
   * all groups in memory.
   */
  abstract streamItemUsage(query: ItemUsageQuery): AsyncIterable<UsageGroup>;

  /** Every stored usage of the time range, in order of time, without holding them all in memory. */
  abstract streamUsages(range: TimeRange): AsyncIterable<CountedAuthUsage>;

  /**
   * Saves reports; one with the id of a saved report takes its place. Of a call that fails, reports may have been saved by
   * a store of many machines.
   */
  abstract saveReports(reports: readonly Report[]): Promise<void>;

  /**
   * Removes the reports of a cycle that were saved before an instant. After a complete rerun of the cycle, these are the
   * reports that it did not save again: what they report on is no longer reported.
   */
  abstract removeReports(reportClass: ReportClass, reports: SavedBefore): Promise<void>;

  /** The reports that the query asks for, in its order, without holding them all in memory. */
  abstract streamReports<R extends Report>(reportClass: ReportClass<R>, query: ReportQuery): AsyncIterable<R>;

  /** How many reports the query asks for, its `limit`, `offset` and `afterId` left aside. */
  abstract countReports(reportClass: ReportClass, query: ReportQuery): Promise<number>;

  /**
   * For each value of the text field, the newest report before the cycle that has it; values without one are left out.
   * In no particular order.
   */
  abstract latestReports<R extends Report>(
    reportClass: ReportClass<R>,
    field: keyof R & string,
    values: readonly string[],
    before: Cycle,
  ): Promise<R[]>;

  /** Saves items of the catalog; one with the guid of a saved item takes its place. */
  abstract saveItems(items: readonly Item[]): Promise<void>;

  /** Those of the items that are known, in no particular order. */
  abstract findItems(guids: readonly string[]): Promise<Item[]>;

  /** Every item, in order of guid, beginning after the given one. */
  abstract listItems(page: { readonly afterGuid?: string; readonly limit: number }): Promise<Item[]>;

  /** Records steps of moderation; recording the same step again changes nothing. */
  abstract recordModerations(steps: readonly RegistriesModeration[]): Promise<void>;

  /** Every stored step of the time range, in order of time, without holding them all in memory. */
  abstract streamModerations(range: TimeRange): AsyncIterable<RegistriesModeration>;

  abstract countModerations(range: TimeRange): Promise<number>;

  /** One summary a provider, in order of provider. */
  abstract summarizeModerations(): Promise<RegistriesModerationSummary[]>;

  /** Saves a run in place of the one with its id. */
  abstract saveRun(run: Run): Promise<void>;

  /** Runs, those started last first. */
  abstract findRuns(filter: RunFilter): Promise<Run[]>;

  /**
   * Takes or keeps a lease until `expiresAt`.
   * @returns false when another holder has it and it has not expired by `now`.
   */
  abstract acquireLease(lease: { name: string; holder: string; now: Date; expiresAt: Date }): Promise<boolean>;

  /** Gives the lease back; does nothing when another holder has it. */
  abstract releaseLease(lease: { name: string; holder: string }): Promise<void>;

  /** The key of the candidate's date: the one that is stored, or else the candidate, which then is. */
  abstract sessionKey(candidate: SessionKey): Promise<SessionKey>;

  abstract listSessionKeys(): Promise<SessionKey[]>;

  /** Deletes the keys of these dates beyond recovery. */
  abstract deleteSessionKeys(dates: readonly CalendarDate[]): Promise<void>;

  /** Saves records of the monthly aggregate; a record replaces the one of the same month and item. */
  abstract saveMonthlyUsage(records: readonly MonthlyItemUsage[]): Promise<void>;

  abstract removeMonthlyUsage(month: YearMonth, itemIris: readonly string[]): Promise<void>;

  /** Records of the monthly aggregate, in the order of item IRI (by bytes) and month. */
  abstract findMonthlyUsage(page: MonthlyUsagePage): Promise<MonthlyItemUsage[]>;

  /** The sums of `total` by item IRI; items without records are left out. */
  abstract sumMonthlyUsage(filter: MonthlyUsageFilter): Promise<Map<string, UsageCounts>>;

  /** The months that have usages, or had them, the oldest first. `recordUsages` adds them and marks changes. */
  abstract listUsageMonths(): Promise<UsageMonth[]>;

  /** Marks months as changed, as `recordUsages` does for closed months. */
  abstract markUsageMonths(months: readonly YearMonth[]): Promise<void>;

  /** Notes up to which change the aggregate of a month was built; newer changes stay marked. */
  abstract saveUsageMonthBuild(build: UsageMonthBuild): Promise<void>;

  /** Resolves when the store answers, and says of nothing that it is away. */
  abstract checkHealth(): Promise<void>;
}
