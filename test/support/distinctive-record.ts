import { type FieldDeclaration, fieldsOf } from '../../src/fields/field-declaration.js';
import { CalendarDate } from '../../src/time/calendar-date.js';
import { YearMonth } from '../../src/time/year-month.js';

/** A record in which every declared field, also those of inner objects, has a value of its own. */
export function distinctiveRecord<T extends object>(type: new () => T, prefix = ''): T {
  const values = fieldsOf(type).map((field, index) => {
    const [first, second] = [1, 2].map((nth) => distinctiveValue(field, `${prefix}${field.name}`, 2 * index + nth));
    return [field.name, field.array ? [first, second] : first];
  });
  return Object.assign(new type(), Object.fromEntries(values) as Partial<T>);
}

function distinctiveValue({ kind, objectType }: FieldDeclaration, path: string, number: number): unknown {
  switch (kind) {
    case 'text':
      return `${path} ${number}`;
    case 'integer':
      return number;
    case 'boolean':
      return true;
    case 'instant':
      return new Date(Date.UTC(2026, 0, number));
    case 'date':
      return CalendarDate.at(new Date(Date.UTC(2026, 0, number)));
    case 'month':
      return YearMonth.parse(`20${String(number).padStart(2, '0')}-01`);
    case 'object':
      return objectType && distinctiveRecord(objectType(), `${path}.`);
  }
}
