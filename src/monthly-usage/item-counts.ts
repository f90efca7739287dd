import type { MetricsRepository } from '../storage/metrics.repository.js';
import type { ItemUsageQuery } from '../storage/monthly-usage-query.js';
import type { UsageFilter, UsageGroup, UsageMeasure } from '../storage/usage-query.js';
import type { YearMonth } from '../time/year-month.js';
import { ACCESS_METHODS, countMeasures } from './count-measures.js';
import { mergeByKey } from './merge-by-key.js';

/** What was measured of the usages of one item. */
export interface CountedItem {
  /** The IRI of the item. */
  readonly key: string;
  /** By the names of `countMeasures`, with the access method as prefix, and of `ITEM_VALUES`. */
  readonly measures: UsageGroup['measures'];
}

/** What usages say of their item. */
const ITEM_VALUES = {
  item_osfids: { values: 'item_osfid' },
  item_types: { values: 'item_type' },
  platform_iris: { values: 'platform_iri' },
  database_iris: { values: 'database_iri' },
  provider_ids: { values: 'provider_id' },
} as const satisfies Record<string, UsageMeasure>;

/** Counts the public usage of every item in a month, in the order of IRIs: of the item alone, and of all within it. */
export async function* countItems(repository: MetricsRepository, month: YearMonth): AsyncIterable<CountedItem> {
  const where = { itemPublic: true, time: { start: month.start(), end: month.end() } };
  const methods = await accessMethodsOf(repository, where);
  const measuresOf = (by: ItemUsageQuery['by']): ItemUsageQuery['measures'] =>
    methods.reduce((all, method) => ({ ...all, ...countMeasures(by, `${method}.`, ACCESS_METHODS[method]) }), {});
  const own = repository.streamItemUsage({
    where,
    by: 'item_iri',
    measures: { ...measuresOf('item_iri'), ...ITEM_VALUES },
  });
  const within = repository.streamItemUsage({ where, by: 'within_iris', measures: measuresOf('within_iris') });
  for await (const { key, left, right } of mergeByKey(own, within)) {
    yield { key, measures: { ...left?.measures, ...right?.measures } };
  }
}

/** Most months have no TDM usage; then only totals are counted, which takes a third of the time. */
async function accessMethodsOf(
  repository: MetricsRepository,
  where: UsageFilter,
): Promise<(keyof typeof ACCESS_METHODS)[]> {
  const tdm = await repository.countUsages({ ...where, actionLabels: ACCESS_METHODS.tdm });
  return tdm === 0 ? ['total'] : ['total', 'regular', 'tdm'];
}
