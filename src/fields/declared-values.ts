import { fieldsOf } from './field-declaration.js';

type FieldClass = abstract new (...args: never[]) => object;
type Plain = Readonly<Record<string, unknown>>;

/** Picks the declared fields of a class from parsed JSON, recursively. A missing field becomes null if it is nullable. */
export function declaredValues(type: FieldClass, json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map((each: unknown) => declaredValues(type, each));
  const values = fieldsOf(type).map(({ name, nullable, objectType }) => {
    const value = (json as Plain)[name] ?? (nullable ? null : (json as Plain)[name]);
    return [name, objectType ? declaredValues(objectType(), value) : value];
  });
  return Object.fromEntries(values);
}
