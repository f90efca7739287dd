import type { estypes } from '@elastic/elasticsearch';
import type { Properties } from './mappings.js';

export interface Difference {
  readonly path: string;
  readonly reason: string;
  /** The field is not there at all. */
  readonly isMissing: boolean;
}

/** Where a mapping is not as it is declared. Fields that it has besides do not count. */
export function differences(declared: Properties, actual: Properties, prefix = ''): Difference[] {
  return Object.entries(declared).flatMap(([name, property]): Difference[] => {
    const path = prefix + name;
    const found = actual[name];
    if (!found) return [{ path, reason: 'is missing', isMissing: true }];
    if (typeOf(found) !== typeOf(property)) {
      return [{ path, reason: `is ${typeOf(found)}, but declared as ${typeOf(property)}`, isMissing: false }];
    }
    return differences(innerOf(property), innerOf(found), `${path}.`);
  });
}

/** The declared fields, and what else there is. */
export function withDeclared(declared: Properties, actual: Properties): Properties {
  const merged = Object.entries(declared).map(([name, property]) => {
    const inner = innerOf(property);
    const found = actual[name];
    if (Object.keys(inner).length === 0 || !found) return [name, property];
    return [name, { ...property, properties: withDeclared(inner, innerOf(found)) }];
  });
  return { ...actual, ...(Object.fromEntries(merged) as Properties) };
}

/** Elasticsearch leaves the type of objects away. */
function typeOf(property: estypes.MappingProperty): string {
  const isWhole = 'enabled' in property && String(property.enabled) === 'false';
  return `${property.type ?? 'object'}${isWhole ? ' that is not searched' : ''}`;
}

function innerOf(property: estypes.MappingProperty): Properties {
  return ('properties' in property ? property.properties : undefined) ?? {};
}
