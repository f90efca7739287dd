import type { estypes } from '@elastic/elasticsearch';
import { type FieldDeclaration, fieldsOf } from '../../../fields/field-declaration.js';

/** In characters. A term has at most 32,766 bytes, and a character of UTF-8 up to 4. */
const MAX_KEYWORD_LENGTH = 8_191;

export type Properties = Record<string, estypes.MappingProperty>;
type RecordClass = abstract new (...args: never[]) => object;

/** The mapping of a class's declared fields. */
export function propertiesOf(type: RecordClass): Properties {
  return Object.fromEntries(fieldsOf(type).map((field) => [field.name, toProperty(field)]));
}

function toProperty({ kind, array, maxLength = 0, objectType }: FieldDeclaration): estypes.MappingProperty {
  switch (kind) {
    case 'text':
      return { type: maxLength > MAX_KEYWORD_LENGTH ? 'text' : 'keyword' };
    case 'integer':
      return { type: 'long' };
    case 'boolean':
      return { type: 'boolean' };
    case 'instant':
      return { type: 'date' };
    // The lexical order of ISO dates and months is their chronological order.
    case 'date':
    case 'month':
      return { type: 'keyword' };
    case 'object':
      // Lists of objects are only read back with their record, never searched.
      if (array || !objectType) return { type: 'object', enabled: false };
      return { properties: propertiesOf(objectType()) };
  }
}
