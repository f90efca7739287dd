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
import type {
  ItemUsageQuery,
  MonthlyCounts,
  MonthlyUsageFilter,
  MonthlyUsagePage,
  UsageMonthBuild,
} from './monthly-usage-query.js';
import type { ReportQuery } from './report-query.js';
import type { UsageFilter, UsageGroup, UsageQuery, UsageQueryResult } from './usage-query.js';
import type { ItemRanking, ItemRankQuery, UsageSum, UsageSumQuery } from './usage-sum-query.js';
import type { ItemCompletion, NewUsage, StoreOutcome } from './usage-writes.js';

export type {
  AdjacentSession,
  ItemCompletion,
  ItemFields,
  NewUsage,
  RecordOutcome,
  StoreOutcome,
} from './usage-writes.js';

/** The secret of one day from which the session-hour ids of that day are derived. */
export interface SessionKey {
  readonly date: CalendarDate;
  /** 32 random bytes. */
  readonly secret: Buffer;
  readonly createdAt: Date;
}

/** Reports of one cycle, by their `timestamp`. */
export interface SavedBefore {
  readonly cycle: Cycle;
  readonly savedBefore: Date;
}

/** Selects runs that meet every condition that is set. */
export interface RunFilter {
  readonly id?: string;
  readonly reporter?: string;
  readonly cycle?: string;
  readonly limit?: number;
}

/** A page of items in order of guid. */
export interface ItemPage {
  /** Returns items whose guid is greater than this one. */
  readonly afterGuid?: string;
  readonly limit: number;
}

/** A named lock that one holder has until it expires. */
export interface LeaseRequest {
  readonly name: string;
  readonly holder: string;
  readonly now: Date;
  readonly expiresAt: Date;
}

export interface StoreSpace {
  readonly storedBytes: number;
  readonly freeBytes: number;
}

/**
 * The store is unreachable, full or too slow. Nothing of the failed call was stored, unless the method says otherwise.
 * The service returns 503.
 */
export class StoreUnavailableError extends UnavailableError {
  override readonly name = 'StoreUnavailableError';
  readonly publicMessage = 'the store is unavailable; try again';
}

/** Injection token of the report classes (`readonly ReportClass[]`) that a store prepares to save. */
export const REPORT_CLASSES = Symbol('REPORT_CLASSES');

/**
 * The port to the store: the single interface through which the service reads and writes its data.
 *
 * To add a store, extend this class and implement every abstract method; derive tables or mappings from the declared
 * fields (`fieldPathsOf`), so that new fields and report types need no change in the store. The adapter must pass
 * `test/repository.contract.ts`, and is added to the table in `storage.module.ts`. It opens its store in `onModuleInit`
 * and closes it in `onApplicationShutdown`.
 *
 * All methods may be called concurrently. Writes are durable when the promise resolves. Every method may throw
 * `StoreUnavailableError`; other errors are programming errors. Streams do not hold all rows in
 * memory.
 */
export abstract class MetricsRepository {
  /** Whether other processes write to the store too. */
  abstract readonly isShared: boolean;

  /**
   * Records usages and filters double clicks (Code of Practice 5.0.2, section 7.2): of usages in the same session, with
   * the same labels, of the same page (or the same item, for usages without a page), each at most 30 seconds after the
   * one before, only the last is stored. The order in which usages arrive does not matter.
   *
   * If the call fails, a distributed store may have stored some of the usages. Recording a usage again changes nothing.
   *
   * @returns one outcome for each usage, in the same order
   */
  abstract recordUsages(usages: readonly NewUsage[]): Promise<StoreOutcome[]>;

  /**
   * Prepares the store for usages of months, which a distributed store may not have had before. `recordUsages` does this
   * too, but while it takes long, the usages of other requests wait.
   */
  async prepareUsages(_months: readonly YearMonth[]): Promise<void> {}

  /**
   * Completes the usages of the time range that were recorded of an unknown item (see `unknownItem` of `UsageFilter`). The
   * caller marks their months as changed.
   *
   * @returns the number of completed usages
   */
  abstract completeUsages(time: TimeRange, item: ItemCompletion): Promise<number>;

  /** Removes the usages of a month for good, and marks the month: its aggregate is final. */
  abstract removeUsages(month: YearMonth): Promise<void>;

  /** Makes everything recorded so far visible to reads, which in a distributed store may otherwise lag by a second. */
  abstract refresh(): Promise<void>;

  /**
   * Computes the groups of each grouping. Counts are exact, except that a distributed store may approximate the number of
   * session-hours of a group above 40,000.
   */
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

  /**
   * Sums public usage by group and time. Groups without usage are left out. A distributed store may approximate numbers of
   * sessions and items above 40,000.
   */
  abstract sumUsage(query: UsageSumQuery): Promise<UsageSum[]>;

  /** A distributed store may approximate the order of items that are rarely used, and totals above 40,000. */
  abstract rankItems(query: ItemRankQuery): Promise<ItemRanking>;

  /** Every usage of the time range, in order of time. */
  abstract streamUsages(range: TimeRange): AsyncIterable<CountedAuthUsage>;

  /**
   * Saves reports. A report replaces a saved one with the same id. If the call fails, a distributed store may have saved
   * some of the reports.
   */
  abstract saveReports(reports: readonly Report[]): Promise<void>;

  /**
   * Removes the reports of a cycle that were saved before an instant. After a complete rerun of the cycle, these are the
   * reports that it did not save again: what they report on is no longer reported.
   */
  abstract removeReports(reportClass: ReportClass, reports: SavedBefore): Promise<void>;

  /**
   * The reports that the query selects, in its order, as they are when they are read.
   *
   * @throws RangeError when a path is not a declared field
   */
  abstract streamReports<R extends Report>(reportClass: ReportClass<R>, query: ReportQuery): AsyncIterable<R>;

  /** The number of reports that the query selects, regardless of its `limit`, `offset` and `afterId`. */
  abstract countReports(reportClass: ReportClass, query: ReportQuery): Promise<number>;

  /**
   * For each of the values, the latest report before the cycle in which the field has that value, if there is one. In no
   * particular order.
   *
   * @param field a text field that is not a list
   */
  abstract findLatestReports<R extends Report>(
    reportClass: ReportClass<R>,
    field: keyof R & string,
    values: readonly string[],
    before: Cycle,
  ): Promise<R[]>;

  /** Saves items. An item replaces a saved one with the same guid. */
  abstract saveItems(items: readonly Item[]): Promise<void>;

  /** The saved items among these guids, in no particular order. */
  abstract findItems(guids: readonly string[]): Promise<Item[]>;

  abstract listItems(page: ItemPage): Promise<Item[]>;

  /** Records moderation steps. Recording a step again changes nothing: see `moderationKey`. */
  abstract recordModerations(steps: readonly RegistriesModeration[]): Promise<void>;

  /** Every step of the time range, in order of time. */
  abstract streamModerations(range: TimeRange): AsyncIterable<RegistriesModeration>;

  abstract countModerations(range: TimeRange): Promise<number>;

  /** One summary for each provider with steps in the time range, in order of provider. */
  abstract summarizeModerations(range: TimeRange): Promise<RegistriesModerationSummary[]>;

  /** Saves a run, replacing the saved one with the same id. */
  abstract saveRun(run: Run): Promise<void>;

  /** Runs, the latest start first. */
  abstract findRuns(filter: RunFilter): Promise<Run[]>;

  /**
   * Acquires a lease, or extends it if the holder already has it.
   *
   * @returns false if another holder has the lease and it has not expired at `now`
   */
  abstract acquireLease(lease: LeaseRequest): Promise<boolean>;

  /** Releases a lease. Does nothing if another holder has it. */
  abstract releaseLease(lease: Pick<LeaseRequest, 'name' | 'holder'>): Promise<void>;

  /** The stored key of the candidate's date. If there is none, stores the candidate and returns it. */
  abstract findOrCreateSessionKey(candidate: SessionKey): Promise<SessionKey>;

  abstract listSessionKeys(): Promise<SessionKey[]>;

  /** Deletes the keys of these dates so that they cannot be recovered from the store. */
  abstract deleteSessionKeys(dates: readonly CalendarDate[]): Promise<void>;

  /** Saves records of the monthly aggregate; a record replaces the one of the same month and item. */
  abstract saveMonthlyUsage(records: readonly MonthlyItemUsage[]): Promise<void>;

  abstract removeMonthlyUsage(month: YearMonth, itemIris: readonly string[]): Promise<void>;

  /** Records of the monthly aggregate, in the order of item IRI (by bytes) and month. */
  abstract findMonthlyUsage(page: MonthlyUsagePage): Promise<MonthlyItemUsage[]>;

  /** The counts of an item in each month of the monthly aggregate, the oldest first. */
  abstract findMonthlyCounts(itemIri: string): Promise<MonthlyCounts[]>;

  /** The sums of `total` by item IRI; items without records are left out. */
  abstract sumMonthlyUsage(filter: MonthlyUsageFilter): Promise<Map<string, UsageCounts>>;

  /** The months that have usages, or had them, the oldest first. `recordUsages` adds them and marks changes. */
  abstract listUsageMonths(): Promise<UsageMonth[]>;

  /** Marks months as changed, as `recordUsages` does for closed months. */
  abstract markUsageMonths(months: readonly YearMonth[]): Promise<void>;

  /** Notes up to which change the aggregate of a month was built; newer changes stay marked. */
  abstract saveUsageMonthBuild(build: UsageMonthBuild): Promise<void>;

  /** What the store takes on its disks, and what is free there. A distributed store measures its whole cluster. */
  abstract measureSpace(): Promise<StoreSpace>;

  /** Resolves if the next usage would be stored, and a query answered. */
  abstract checkHealth(): Promise<void>;
}
