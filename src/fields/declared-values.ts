import { fieldsOf } from './field-declaration.js';

type FieldClass = abstract new (...args: never[]) => object;
type Plain = Readonly<Record<string, unknown>>;

/** What parsed JSON says of a class's declared fields, inner ones too: null of what it lacks, and nothing of others. */
export function declaredValues(type: FieldClass, json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map((each: unknown) => declaredValues(type, each));
  const values = fieldsOf(type).map(({ name, objectType }) => {
    const value = (json as Plain)[name] ?? null;
    return [name, objectType ? declaredValues(objectType(), value) : value];
  });
  return Object.fromEntries(values);
}
