import type { estypes } from '@elastic/elasticsearch';
import { type FieldDeclaration, fieldsOf } from '../../fields/field-declaration.js';

/** Longest text that is sure to fit into a term, which has at most 32,766 bytes. In characters. */
const LONGEST_KEYWORD = 8_191;

export type Properties = Record<string, estypes.MappingProperty>;
type RecordClass = abstract new (...args: never[]) => object;

/** The mapping of a class's declared fields. */
export function propertiesOf(type: RecordClass): Properties {
  return Object.fromEntries(fieldsOf(type).map((field) => [field.name, propertyOf(field)]));
}

function propertyOf({ kind, array, maxLength = 0, objectType }: FieldDeclaration): estypes.MappingProperty {
  switch (kind) {
    case 'text':
      return { type: maxLength > LONGEST_KEYWORD ? 'text' : 'keyword' };
    case 'integer':
      return { type: 'long' };
    case 'boolean':
      return { type: 'boolean' };
    case 'instant':
      return { type: 'date' };
    // In the order of their texts, days and months are in the order of time.
    case 'date':
    case 'month':
      return { type: 'keyword' };
    case 'object':
      // A list of objects is read as a whole: its inner fields are never searched.
      if (array || !objectType) return { type: 'object', enabled: false };
      return { properties: propertiesOf(objectType()) };
  }
}
