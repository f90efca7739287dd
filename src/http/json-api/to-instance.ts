import { getMetadataStorage } from 'class-validator';
import { type FieldDeclaration, fieldsOf } from '../../fields/field-declaration.js';
import { CalendarDate } from '../../time/calendar-date.js';
import { readCalendarValue } from '../../time/calendar-value.js';
import { readInstant } from '../../time/instant-value.js';
import { YearMonth } from '../../time/year-month.js';

type DtoClass<T extends object = object> = new () => T;

interface DeclaredProperty {
  /** Undefined for a property that has only rules. */
  readonly kind?: FieldDeclaration['kind'];
  /** The class of the inner object, or of the objects in the list. */
  readonly objectType?: DtoClass;
  /** Whether a missing value becomes null. */
  readonly nullable: boolean;
}

type DeclaredProperties = ReadonlyMap<string, DeclaredProperty>;

export interface Instance<T extends object> {
  readonly value: T;
  /** The paths of the properties that the class does not declare: `pageview_info.color`. */
  readonly undeclared: readonly string[];
}

/** Takes the place of an object where a class declares none. No declared type accepts it. */
const NOT_DECLARED: unknown = Object.freeze({});

const propertiesOfClass = new Map<DtoClass, DeclaredProperties>();

/**
 * Turns parsed JSON into an instance of a class with class-validator's decorators, recursively, as class-transformer does, in
 * a tenth of its time. Only declared properties are passed on. A missing field becomes null if it is nullable.
 */
export function toInstance<T extends object>(type: DtoClass<T>, json: object): Instance<T> {
  const plain = json as Readonly<Record<string, unknown>>;
  const properties = propertiesOf(type);
  const value = new type();
  const values = value as Record<string, unknown>;
  const undeclared = Object.keys(plain).filter((name) => !properties.has(name));
  for (const [name, property] of properties) {
    const given = Object.hasOwn(plain, name) ? plain[name] : undefined;
    if (given !== undefined) {
      values[name] = readValue(given, property, (path) => undeclared.push(`${name}.${path}`));
    } else if (property.nullable) {
      values[name] = null;
    }
  }
  return { value, undeclared };
}

function readValue(
  value: unknown,
  { kind, objectType }: DeclaredProperty,
  onUndeclared: (path: string) => void,
): unknown {
  if (kind === 'instant') return readInstant(value);
  if (kind === 'date') return readCalendarValue(CalendarDate, value);
  if (kind === 'month') return readCalendarValue(YearMonth, value);
  if (!Array.isArray(value)) return readObject(value, objectType, onUndeclared);
  // No field is a list of lists: an inner list counts as an object without properties, which is not valid.
  return value.map((each: unknown) => readObject(Array.isArray(each) ? {} : each, objectType, onUndeclared));
}

function readObject(value: unknown, type: DtoClass | undefined, onUndeclared: (path: string) => void): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (!type) return NOT_DECLARED;
  const inner = toInstance(type, value);
  inner.undeclared.forEach(onUndeclared);
  return inner.value;
}

function propertiesOf(type: DtoClass): DeclaredProperties {
  const known = propertiesOfClass.get(type);
  if (known) return known;
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const fields = new Map(fieldsOf(type).map((field) => [field.name, field]));
  const properties = new Map(
    rules.map(({ propertyName }) => {
      const field = fields.get(propertyName);
      const { kind, nullable = false } = field ?? {};
      return [propertyName, { kind, objectType: field?.objectType?.(), nullable }];
    }),
  );
  propertiesOfClass.set(type, properties);
  return properties;
}
