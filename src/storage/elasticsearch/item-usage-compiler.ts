import type { estypes } from '@elastic/elasticsearch';
import type { ItemUsageQuery } from '../monthly-usage-query.js';
import type { MeasureValue } from '../usage-query.js';
import { AGGREGATIONS_ONLY, compileFilter, MAX_VALUES } from './usage-query-compiler.js';

type Measures = ItemUsageQuery['measures'];

/** The values that some usages of an item have in common. */
export interface Combination {
  /** By the name of the field; null where the usages lack it. */
  readonly values: { readonly iri: string } & Readonly<Record<string, string | null>>;
  readonly usages: number;
}

/** An item, how many usages it has, and which values these have. */
export class FoundItem {
  usages = 0;
  private readonly valuesOfField = new Map<string, Set<string>>();

  constructor(readonly iri: string) {}

  add({ values, usages }: Combination): void {
    this.usages += usages;
    for (const [field, value] of Object.entries(values)) {
      const known = this.valuesOfField.get(field) ?? new Set();
      if (value !== null) this.valuesOfField.set(field, known.add(value));
    }
  }

  /** The measures that are lists of values. */
  measure({ measures }: ItemUsageQuery): Record<string, MeasureValue> {
    const lists = Object.entries(measures).flatMap(([name, measure]) =>
      'values' in measure ? [[name, this.sorted(measure.values)] as const] : [],
    );
    return Object.fromEntries(lists);
  }

  private sorted(field: string): string[] {
    return [...(this.valuesOfField.get(field) ?? [])]
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .slice(0, MAX_VALUES);
  }
}

/** The measures that are numbers. */
export function countsOf({ measures }: ItemUsageQuery): Measures {
  return Object.fromEntries(Object.entries(measures).filter(([, measure]) => 'count' in measure));
}

/**
 * Compiles a search for items, in the order of their IRIs, with every combination of values of their usages. Usages of an
 * item hardly differ in these values, so that this is faster than to list the values of each field in each group.
 */
export function compileCombinations(
  { where, by, measures }: ItemUsageQuery,
  { after, limit }: { readonly after?: Record<string, string | null>; readonly limit: number },
): estypes.SearchRequest {
  const filter = compileFilter(where);
  // Skips usages of earlier items only.
  if (after) filter.push({ range: { [by]: { gte: after['iri'] } } });
  const fields = Object.values(measures).flatMap((measure) => ('values' in measure ? [measure.values] : []));
  const sources = [
    { iri: { terms: { field: by } } },
    ...[...new Set(fields)].map((field) => ({ [field]: { terms: { field, missing_bucket: true } } })),
  ];
  const aggs = { combinations: { composite: { sources, size: limit, after } } };
  return { ...AGGREGATIONS_ONLY, query: { bool: { filter } }, aggs };
}

export function readCombinations(aggregate: estypes.AggregationsAggregate | undefined): Combination[] {
  const { buckets } = (aggregate as { buckets: { key: Combination['values']; doc_count: number }[] } | undefined) ?? {
    buckets: [],
  };
  return buckets.map(({ key, doc_count }) => ({ values: key, usages: doc_count }));
}
