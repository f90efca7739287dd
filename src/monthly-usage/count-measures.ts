import type { UsageCounts } from '../model/monthly-item-usage.js';
import type { ItemUsageQuery } from '../storage/monthly-usage-query.js';
import type { LabelFilter, MeasureValue, UsageMeasure } from '../storage/usage-query.js';

interface CountRule {
  /** Whether usages of items within the item count too. */
  readonly by: ItemUsageQuery['by'];
  readonly count: 'usages' | 'session-hours';
  readonly labels: LabelFilter;
}

const view: LabelFilter = { allOf: ['view'] };
const download: LabelFilter = { allOf: ['download'] };
const investigation: LabelFilter = { anyOf: ['view', 'download'] };

/** How each count of the monthly aggregate is counted. */
const COUNT_RULES: Record<keyof UsageCounts, CountRule> = {
  view_count: { by: 'item_iri', count: 'usages', labels: view },
  view_session_count: { by: 'item_iri', count: 'session-hours', labels: view },
  download_count: { by: 'item_iri', count: 'usages', labels: download },
  download_session_count: { by: 'item_iri', count: 'session-hours', labels: download },
  investigation_count: { by: 'item_iri', count: 'usages', labels: investigation },
  investigation_session_count: { by: 'item_iri', count: 'session-hours', labels: investigation },
  within_view_count: { by: 'within_iris', count: 'usages', labels: view },
  within_view_session_count: { by: 'within_iris', count: 'session-hours', labels: view },
  within_download_count: { by: 'within_iris', count: 'usages', labels: download },
  within_download_session_count: { by: 'within_iris', count: 'session-hours', labels: download },
};

/** Which usages each group of counts is about. TDM (text and data mining) is usage by programs. */
export const ACCESS_METHODS = {
  total: {},
  regular: { noneOf: ['api'] },
  tdm: { allOf: ['api'] },
} as const satisfies Record<string, LabelFilter>;

export const COUNT_NAMES = Object.keys(COUNT_RULES) as (keyof UsageCounts)[];

type Measures = Readonly<Record<string, UsageMeasure>>;

/** The measures of counts of one item, by their names, for a query on all usages within the item. */
export function itemMeasures(itemIri: string, names: readonly (keyof UsageCounts)[]): Measures {
  const measures = names.map((name) => {
    const { by, count, labels } = COUNT_RULES[name];
    return [name, { count, where: { actionLabels: labels, ...(by === 'item_iri' ? { itemIri } : {}) } }];
  });
  return Object.fromEntries(measures) as Measures;
}

/**
 * The measures of the counts of one kind, by their names.
 * @param prefix precedes each name
 * @param access narrows every count to one access method
 */
export function countMeasures(by: ItemUsageQuery['by'], prefix = '', access: LabelFilter = {}): Measures {
  const measures = COUNT_NAMES.filter((name) => COUNT_RULES[name].by === by).map((name) => {
    const { count, labels } = COUNT_RULES[name];
    const allOf = [...(labels.allOf ?? []), ...(access.allOf ?? [])];
    return [prefix + name, { count, where: { actionLabels: { ...labels, allOf, noneOf: access.noneOf } } }];
  });
  return Object.fromEntries(measures) as Measures;
}

/** Reads counts from measured values; a count that was not measured is 0. */
export function toUsageCounts(measured: Readonly<Record<string, MeasureValue>>, prefix = ''): UsageCounts {
  return Object.fromEntries(
    COUNT_NAMES.map((name) => [name, Number(measured[prefix + name] ?? 0)]),
  ) as unknown as UsageCounts;
}
