import { getMetadataStorage } from 'class-validator';
import { fieldsOf } from '../../fields/field-declaration.js';

type DtoClass = new () => object;

interface DeclaredProperty {
  /** The class of the inner object, or of the objects in the list. */
  readonly objectType?: DtoClass;
  /** Whether a missing value becomes null. */
  readonly nullable: boolean;
}

type DeclaredProperties = ReadonlyMap<string, DeclaredProperty>;

export interface DeclaredValues {
  readonly values: Readonly<Record<string, unknown>>;
  /** The paths of the other properties: `pageview_info.color`. */
  readonly undeclared: readonly string[];
}

/** Takes the place of an object where a class declares none. No declared type accepts it. */
const NOT_DECLARED: unknown = Object.freeze({});

const propertiesOfClass = new Map<DtoClass, DeclaredProperties>();

/**
 * Picks from parsed JSON what a class with class-validator's decorators declares, recursively. A missing field becomes null
 * if it is nullable. Nothing else of the JSON is passed on: what class-transformer does with an undeclared object depends
 * on the object.
 */
export function pickDeclared(type: DtoClass, json: object): DeclaredValues {
  const plain = json as Readonly<Record<string, unknown>>;
  const properties = propertiesOf(type);
  const values: Record<string, unknown> = {};
  const undeclared = Object.keys(plain).filter((name) => !properties.has(name));
  for (const [name, { objectType, nullable }] of properties) {
    const value = Object.hasOwn(plain, name) ? plain[name] : undefined;
    if (value === undefined) {
      if (nullable) values[name] = null;
      continue;
    }
    values[name] = pick(value, objectType, (path) => undeclared.push(`${name}.${path}`));
  }
  return { values, undeclared };
}

function pick(value: unknown, objectType: DtoClass | undefined, onUndeclared: (path: string) => void): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((each: unknown) => (Array.isArray(each) ? NOT_DECLARED : pick(each, objectType, onUndeclared)));
  }
  if (!objectType) return NOT_DECLARED;
  const { values, undeclared } = pickDeclared(objectType, value);
  undeclared.forEach(onUndeclared);
  return values;
}

function propertiesOf(type: DtoClass): DeclaredProperties {
  const known = propertiesOfClass.get(type);
  if (known) return known;
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const fields = new Map(fieldsOf(type).map((field) => [field.name, field]));
  const properties = new Map(
    rules.map(({ propertyName }) => {
      const field = fields.get(propertyName);
      return [propertyName, { objectType: field?.objectType?.(), nullable: field?.nullable ?? false }];
    }),
  );
  propertiesOfClass.set(type, properties);
  return properties;
}
