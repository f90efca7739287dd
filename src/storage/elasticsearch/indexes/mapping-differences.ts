import type { estypes } from '@elastic/elasticsearch';
import type { Properties } from './mappings.js';

export interface MappingDifference {
  /** The path of the field: `pageview_info.page_url`. */
  readonly path: string;
  readonly reason: string;
  /** Whether the field is missing, and can be added. The type of an existing field cannot be changed. */
  readonly isMissing: boolean;
}

/** Compares a mapping with the declared one. Additional fields are not a difference. */
export function findMappingDifferences(declared: Properties, actual: Properties, prefix = ''): MappingDifference[] {
  return Object.entries(declared).flatMap(([name, property]): MappingDifference[] => {
    const path = prefix + name;
    const found = actual[name];
    if (!found) return [{ path, reason: 'is missing', isMissing: true }];
    if (typeOf(found) !== typeOf(property)) {
      return [{ path, reason: `has type ${typeOf(found)}, expected ${typeOf(property)}`, isMissing: false }];
    }
    return findMappingDifferences(innerPropertiesOf(property), innerPropertiesOf(found), `${path}.`);
  });
}

/** Adds the declared fields to a mapping. Additional fields, such as those of a newer version, stay. */
export function mergeProperties(declared: Properties, actual: Properties): Properties {
  const merged = Object.entries(declared).map(([name, property]) => {
    const inner = innerPropertiesOf(property);
    const found = actual[name];
    if (Object.keys(inner).length === 0 || !found) return [name, property];
    return [name, { ...property, properties: mergeProperties(inner, innerPropertiesOf(found)) }];
  });
  return { ...actual, ...(Object.fromEntries(merged) as Properties) };
}

/** Elasticsearch omits the type of objects. */
function typeOf(property: estypes.MappingProperty): string {
  const isDisabled = 'enabled' in property && String(property.enabled) === 'false';
  return `${property.type ?? 'object'}${isDisabled ? ' (not searchable)' : ''}`;
}

function innerPropertiesOf(property: estypes.MappingProperty): Properties {
  return ('properties' in property ? property.properties : undefined) ?? {};
}
