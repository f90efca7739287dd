import 'reflect-metadata';

const FIELDS = Symbol('fields');

export type FieldKind = 'text' | 'integer' | 'boolean' | 'instant' | 'date' | 'month' | 'object';

/** What a class says of one of its fields; storage mappings, CSV columns, filters and schemas derive from it. */
export interface FieldDeclaration {
  readonly name: string;
  readonly kind: FieldKind;
  readonly description: string;
  readonly nullable: boolean;
  readonly array: boolean;
  /** For kind `text`, in characters. */
  readonly maxLength?: number;
  /** For kind `object`: the class that declares the inner fields. */
  readonly objectType?: () => new () => object;
}

/** A declared field that holds a value, with its path from the outermost object: `users.total`. */
export interface FieldPath {
  readonly path: string;
  readonly field: FieldDeclaration;
  /** Whether the field or an object around it may be null. */
  readonly nullable: boolean;
}

export function declareField(prototype: object, declaration: FieldDeclaration): void {
  Reflect.defineMetadata(FIELDS, [...declared(prototype), declaration], prototype);
}

/** The fields of a class, those of its base classes first. */
export function fieldsOf(type: abstract new (...args: never[]) => object): readonly FieldDeclaration[] {
  return declared(type.prototype as object);
}

/**
 * The fields of a class with those of its inner objects in their place. A list of objects is one field: it has no
 * columns of its own.
 */
export function fieldPathsOf(type: abstract new (...args: never[]) => object): readonly FieldPath[] {
  return fieldsOf(type).flatMap((field): FieldPath[] => {
    if (field.kind !== 'object' || field.array || !field.objectType) {
      return [{ path: field.name, field, nullable: field.nullable }];
    }
    return fieldPathsOf(field.objectType()).map((inner) => ({
      path: `${field.name}.${inner.path}`,
      field: inner.field,
      nullable: inner.nullable || field.nullable,
    }));
  });
}

/** What stands at the path of a declared field: null, or undefined, where an object around it is missing. */
export function valueAt(object: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | null | undefined)?.[name], object);
}

function declared(prototype: object): readonly FieldDeclaration[] {
  return (Reflect.getMetadata(FIELDS, prototype) as FieldDeclaration[] | undefined) ?? [];
}
