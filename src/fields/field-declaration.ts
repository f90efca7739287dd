import 'reflect-metadata';

const FIELDS = Symbol('fields');

export const FIELD_KINDS = ['text', 'integer', 'boolean', 'instant', 'date', 'month', 'object'] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

/** The declaration of a field, from which validation, storage mappings, CSV columns, filters and schemas derive. */
export interface FieldDeclaration {
  readonly name: string;
  readonly kind: FieldKind;
  readonly description: string;
  readonly nullable: boolean;
  readonly array: boolean;
  /** What a number counts. */
  readonly unit?: string;
  /** In characters; for the kind `text`. */
  readonly maxLength?: number;
  /** The allowed values, where they are limited; for the kind `text`. */
  readonly enum?: readonly string[];
  /** The class that declares the inner fields; for the kind `object`. */
  readonly objectType?: () => new () => object;
}

/** A declared field with a value of its own, and its path from the outermost object: `users.total`. */
export interface FieldPath {
  readonly path: string;
  readonly field: FieldDeclaration;
  /** Whether the field or an enclosing object may be null. */
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
 * The fields of a class, with inner objects replaced by their fields. A list of objects is one field.
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

/** The value at the path of a declared field; null or undefined when an enclosing object is missing. */
export function valueAt(object: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | null | undefined)?.[name], object);
}

function declared(prototype: object): readonly FieldDeclaration[] {
  return (Reflect.getMetadata(FIELDS, prototype) as FieldDeclaration[] | undefined) ?? [];
}
