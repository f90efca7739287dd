import type { estypes } from '@elastic/elasticsearch';
import type { Configuration } from '../../../config/configuration.js';
import { Item } from '../../../model/item.js';
import { MonthlyItemUsage } from '../../../model/monthly-item-usage.js';
import { RegistriesModeration } from '../../../model/registries-moderation.js';
import type { ReportClass } from '../../../model/report-type.js';
import { Run } from '../../../model/run.js';
import { UsageMonth } from '../../../model/usage-month.js';
import type { IndexNames } from './index-names.js';
import { type Properties, propertiesOf } from './mappings.js';
import { usageProperties } from './usage-document.js';

/** The field that repeats the id of a record: Elasticsearch does not sort by `_id`. */
export const RECORD_KEY = 'record_key';

/** In the mapping's metadata of usage indexes: whether their URLs hold no queries and user information. */
export const URLS_ARE_CLEAN = 'urls_are_clean';

/** Lets one search group usages and monthly records by the same field. */
const USAGE_FIELD_ALIASES: Properties = {
  item_osfid: { type: 'alias', path: 'item_osfids' },
  item_type: { type: 'alias', path: 'item_types' },
  provider_id: { type: 'alias', path: 'provider_ids' },
};

/** An index template as the service needs it. */
export interface DeclaredTemplate {
  readonly name: string;
  /** The name of one index, or a pattern that ends with `*`. */
  readonly pattern: string;
  readonly properties: Properties;
  readonly settings: estypes.IndicesIndexSettings;
  /** Metadata of the mapping of new indexes. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** All index templates of the service. Mappings derive from the declared fields of usages, reports and other records. */
export function declaredTemplates(
  names: IndexNames,
  configuration: Configuration,
  reportClasses: readonly ReportClass[],
): DeclaredTemplate[] {
  const common = {
    number_of_replicas: configuration.elasticsearchReplicas,
    ...configuration.elasticsearchIndexSettings,
  };
  const singleShard = { ...common, number_of_shards: 1 };
  const usageSettings = { ...common, number_of_shards: configuration.elasticsearchShards, codec: 'best_compression' };
  const template = (
    pattern: string,
    properties: Properties,
    settings: estypes.IndicesIndexSettings = singleShard,
  ): DeclaredTemplate => ({ name: pattern.replace(/-\*$/, ''), pattern, properties, settings });
  return [
    { ...template(names.allUsages, usageProperties(), usageSettings), meta: { [URLS_ARE_CLEAN]: true } },
    template(names.allMonthlyUsage, {
      ...withoutIndexedCounts(recordProperties(MonthlyItemUsage)),
      ...USAGE_FIELD_ALIASES,
    }),
    template(names.usageMonths, recordProperties(UsageMonth)),
    ...reportClasses.map((reportClass) => template(names.allReportsOf(reportClass), recordProperties(reportClass))),
    template(names.items, recordProperties(Item)),
    template(names.runs, recordProperties(Run)),
    template(names.moderations, recordProperties(RegistriesModeration)),
    template(names.leases, { holder: { type: 'keyword' }, expires_at: { type: 'date' } }),
    template(names.allSessionKeys, {
      date: { type: 'keyword' },
      secret: { type: 'keyword', index: false, doc_values: false },
      created_at: { type: 'date' },
    }),
  ];
}

function recordProperties(type: abstract new (...args: never[]) => object): Properties {
  return { [RECORD_KEY]: { type: 'keyword' }, ...propertiesOf(type) };
}

/** Counts are summed and not searched. Doc values suffice for that, and indexing them takes longer than all the rest. */
function withoutIndexedCounts(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]): [string, estypes.MappingProperty] => {
      if (property.type === 'long') return [name, { ...property, index: false }];
      if (!('properties' in property) || !property.properties) return [name, property];
      return [name, { ...property, properties: withoutIndexedCounts(property.properties) }];
    }),
  );
}
