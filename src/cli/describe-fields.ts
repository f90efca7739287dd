import { type FieldDeclaration, fieldsOf } from '../fields/field-declaration.js';

/** Lists the fields of a class for the help of a command, one a line. */
export function describeFields(type: abstract new () => object): string {
  const fields = fieldsOf(type);
  const width = Math.max(...fields.map(({ name }) => name.length));
  return fields.map((field) => `  ${field.name.padEnd(width)}  ${describeField(field)}`).join('\n');
}

function describeField({ kind, array, nullable, description, enum: values, objectType }: FieldDeclaration): string {
  const form = `${array ? 'list of ' : ''}${objectType ? describeObject(objectType()) : kind}`;
  const allowed = values ? `: ${values.join(', ')}` : '';
  return `${description} (${form}${nullable ? '' : ', required'})${allowed}`;
}

function describeObject(type: abstract new () => object): string {
  return `{${fieldsOf(type)
    .map(({ name, kind, nullable }) => `${name}: ${kind}${nullable ? '' : ', required'}`)
    .join('; ')}}`;
}
