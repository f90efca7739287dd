import type { estypes } from '@elastic/elasticsearch';
import type { Configuration } from '../../config/configuration.js';
import { Item } from '../../model/item.js';
import { RegistriesModeration } from '../../model/registries-moderation.js';
import type { ReportClass } from '../../model/report-type.js';
import { Run } from '../../model/run.js';
import type { IndexNames } from './index-names.js';
import { type Properties, propertiesOf } from './mappings.js';
import { usageProperties } from './usage-document.js';

/** The field that holds the id of a record, so that it can be sorted by. */
export const RECORD_KEY = 'record_key';

/** What indexes whose names match a pattern are like. */
export interface DeclaredTemplate {
  readonly name: string;
  readonly pattern: string;
  readonly properties: Properties;
  readonly settings: estypes.IndicesIndexSettings;
}

/** Every template that the service needs, made of the declared fields. */
export function declaredTemplates(
  names: IndexNames,
  configuration: Configuration,
  reportClasses: readonly ReportClass[],
): DeclaredTemplate[] {
  const common = {
    number_of_replicas: configuration.elasticsearchReplicas,
    ...configuration.elasticsearchIndexSettings,
  };
  const one = { ...common, number_of_shards: 1 };
  const usages = { ...common, number_of_shards: configuration.elasticsearchShards, codec: 'best_compression' };
  const template = (pattern: string, properties: Properties, settings: estypes.IndicesIndexSettings = one) => ({
    name: pattern.replace(/-\*$/, ''),
    pattern,
    properties,
    settings,
  });
  const records = (type: abstract new (...args: never[]) => object): Properties => ({
    [RECORD_KEY]: { type: 'keyword' },
    ...propertiesOf(type),
  });
  return [
    template(names.allUsages, usageProperties(), usages),
    ...reportClasses.map((reportClass) => template(names.allReportsOf(reportClass), records(reportClass))),
    template(names.items, records(Item)),
    template(names.runs, records(Run)),
    template(names.moderations, records(RegistriesModeration)),
    template(names.leases, { holder: { type: 'keyword' }, expires_at: { type: 'date' } }),
    template(names.allSessionKeys, {
      date: { type: 'keyword' },
      secret: { type: 'keyword', index: false, doc_values: false },
      created_at: { type: 'date' },
    }),
  ];
}
