import { CalendarDate } from '../../time/calendar-date.js';
import { partsWithin, type TimeBucket } from '../../time/periods.js';
import type { TimeRange } from '../../time/time-range.js';
import type { UsageGroupBy, UsageGrouping } from '../usage-query.js';

/**
 * The maximum number of groups in one search. An exact count of session-hours takes up to 256 KiB of a node's memory per
 * group, and Elasticsearch rejects a search that takes too much.
 */
const GROUPS_PER_SEARCH = 250;

/** Groups whose keys are values of a keyword field. */
export type KeyedGroups = Exclude<UsageGroupBy, 'all' | { readonly time: unknown }>;

/** A page of groups, in the order of their keys. */
export interface Page {
  readonly field: string;
  readonly after?: string;
  readonly limit: number;
}

/** @returns undefined when the grouping is not paged by key */
export function pageOf({ by, limit, orderBy, after }: UsageGrouping): Page | undefined {
  if (limit === undefined || orderBy !== undefined || typeof by === 'string' || !('field' in by)) return undefined;
  return { field: by.field, after, limit };
}

/** @returns the keys of all groups when the grouping lists them; otherwise undefined */
export function listedKeysOf({ by, limit, orderBy }: UsageGrouping): readonly string[] | undefined {
  if (by === 'all' || 'time' in by || limit !== undefined || orderBy !== undefined) return undefined;
  return 'withinIris' in by ? by.withinIris : by.values;
}

/**
 * The grouping with no other measure than the one that orders it, which finds the groups that it returns in little memory:
 * a terms aggregation computes all measures for each of its groups before it selects some of them.
 * @returns undefined when there is no other measure, or when the groups are ordered by one that takes much memory itself
 */
export function rankingOf(grouping: UsageGrouping): UsageGrouping | undefined {
  const { by, orderBy, measures } = grouping;
  const measure = orderBy && measures[orderBy.measure];
  if (Object.keys(measures).length === 1) return undefined;
  if (by === 'all' || 'time' in by || !measure || !('count' in measure) || measure.count !== 'usages') return undefined;
  return { ...grouping, measures: { [orderBy.measure]: measure } };
}

/** @returns the parts of the time range to search one after the other; undefined when one search suffices */
export function partsOf({ by }: UsageGrouping, time: TimeRange | undefined): TimeRange[] | undefined {
  if (by === 'all' || !('time' in by) || !time) return undefined;
  const parts = splitTime(time, by.time, GROUPS_PER_SEARCH);
  return parts.length > 1 ? parts : undefined;
}

/** Splits a time range into parts of a limited number of periods. A range that is open at an end has one part. */
export function splitTime({ start, end }: TimeRange, bucket: TimeBucket, size: number): TimeRange[] {
  if (!start || !end) return [{ start, end }];
  const parts = partsWithin({ start: CalendarDate.at(start), end: CalendarDate.at(end) }, bucket);
  const chunks: TimeRange[] = [];
  for (let first = 0; first < parts.length; first += size) {
    const chunk = parts.slice(first, first + size);
    chunks.push({
      start: first === 0 ? start : chunk[0]?.start.start(),
      end: first + size >= parts.length ? end : chunk.at(-1)?.end.start(),
    });
  }
  return chunks;
}

export function fieldOf(by: KeyedGroups): string {
  return 'withinIris' in by ? 'within_iris' : by.field;
}

export function restrictToKeys(by: KeyedGroups, keys: readonly string[]): KeyedGroups {
  return 'withinIris' in by ? { withinIris: keys } : { ...by, values: keys };
}

/** Splits distinct keys into chunks for one search each, in the order of Elasticsearch: by their UTF-8 bytes. */
export function chunkKeys(keys: readonly string[], size = GROUPS_PER_SEARCH): string[][] {
  const sorted = [...new Set(keys)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const chunks: string[][] = [];
  for (let start = 0; start < sorted.length; start += size) chunks.push(sorted.slice(start, start + size));
  return chunks;
}
