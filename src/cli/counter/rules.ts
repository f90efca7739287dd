import { countOf } from '../count-of.js';
import type { Count } from './counts.js';

/** Sums of counts by a key. */
export type Sums = ReadonlyMap<string, number>;

type Field = Exclude<keyof Count, 'count'>;

const KINDS = ['Item_Investigations', 'Item_Requests'] as const;
/** As many as a person reads. */
const MAX_EXAMPLES = 3;

/** Sums counts by some of their fields. */
export function sumBy(counts: readonly Count[], fields: readonly Field[]): Sums {
  const sums = new Map<string, number>();
  for (const each of counts) {
    const key = fields.map((field) => each[field]).join(', ');
    sums.set(key, (sums.get(key) ?? 0) + each.count);
  }
  return sums;
}

/** The rules that every report must meet in itself, each with what breaks it. */
export function checkCounts(counts: readonly Count[], isInPeriod: (month: string) => boolean): Map<string, string[]> {
  const broken = new Map<string, string[]>();
  const note = (rule: string, example: string): void => void broken.set(rule, [...(broken.get(rule) ?? []), example]);
  const groups = new Map<string, Map<string, number>>();
  for (const { item, dataType, accessMethod, metric, month, count } of counts) {
    const place = [item, dataType, accessMethod, month].filter(Boolean).join(', ');
    const ofPlace = groups.get(place) ?? new Map<string, number>();
    if (ofPlace.has(metric)) note('each count appears once', `${place}: ${metric}`);
    groups.set(place, ofPlace.set(metric, count));
    if (!Number.isSafeInteger(count) || count < 1) note('counts are positive integers', `${place}: ${metric} ${count}`);
    if (!isInPeriod(month)) note('months lie in the period', place);
    const isSearch = metric === 'Searches_Platform';
    if (dataType !== '' && (dataType === 'Platform') !== isSearch) note('searches have the Data_Type Platform', place);
  }
  for (const [place, metrics] of groups) {
    for (const kind of KINDS) {
      const [total = 0, unique = 0] = [metrics.get(`Total_${kind}`), metrics.get(`Unique_${kind}`)];
      if (unique > total) note('unique counts are not above totals', `${place}: ${kind} ${unique} > ${total}`);
      if ((unique === 0) !== (total === 0)) note('totals and unique counts come together', `${place}: ${kind}`);
    }
    for (const kind of ['Total', 'Unique']) {
      const investigations = metrics.get(`${kind}_Item_Investigations`);
      const requests = metrics.get(`${kind}_Item_Requests`) ?? 0;
      if (investigations !== undefined && requests > investigations) {
        note('requests are not above investigations', `${place}: ${requests} > ${investigations}`);
      }
    }
  }
  return broken;
}

/** The keys for which two sums differ, with both values. */
export function differences(left: Sums, right: Sums): string[] {
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  const different = keys.filter((key) => (left.get(key) ?? 0) !== (right.get(key) ?? 0));
  return different.map((key) => `${key}: ${left.get(key) ?? 0} and ${right.get(key) ?? 0}`);
}

/** The first examples, and how many others there are. */
export function describeExamples(examples: readonly string[]): string {
  const shown = examples.slice(0, MAX_EXAMPLES).join('; ');
  const others = examples.length - MAX_EXAMPLES;
  return others > 0 ? `${shown}; and ${countOf(others, 'other')}` : shown;
}
