import 'reflect-metadata';
import type { ApiQueryOptions, SchemaObject } from '@nestjs/swagger';
import { badRequestParameter } from './api-error.js';
import type { QueryParameters } from './query-parameters.js';

const PARAMETERS = Symbol('query-parameters');

/** A query parameter that a DTO class declares. */
export interface QueryParameterDeclaration {
  /** The property of the DTO that holds the value. */
  readonly property: string;
  /** Whether the property holds the parameter of this name. */
  readonly matches: (name: string) => boolean;
  /** Returns undefined when the parameter is absent. @throws ApiError 400 */
  readonly read: (parameters: QueryParameters) => unknown;
  /** For OpenAPI; undefined for a parameter that is accepted but not documented. */
  readonly documentation?: ApiQueryOptions;
}

export interface ParameterOptions {
  /** Where the parameter is not named like the property: `page[size]`. */
  readonly name?: string;
  /** An empty value means that the parameter is absent. By default it is invalid. */
  readonly emptyIsAbsent?: boolean;
  /** Of a required parameter, for OpenAPI only: the DTO checks that the parameter is present. */
  readonly requiredExample?: string;
}

export interface IntegerParameterOptions extends ParameterOptions {
  readonly minimum: number;
  readonly maximum: number;
  /** For OpenAPI only: the property is undefined when the parameter is absent. */
  readonly default?: number;
}

export interface TextParameterOptions extends ParameterOptions {
  /** The form of the value, with the error detail for a value of another form. */
  readonly pattern?: { readonly regex: RegExp; readonly mismatch: string };
}

/** `filter[<path>]=<value>` (eq) or `filter[<path>][ne]=<value>`. */
export interface FilterParameter {
  /** The full name: `filter[users.total][ne]`. */
  readonly name: string;
  readonly path: string;
  readonly operator: 'eq' | 'ne';
  readonly value: string;
}

const FILTER = /^filter\[([^[\]]+)\](?:\[(eq|ne)\])?$/;

/** A whole number. */
export function IntegerParameter(description: string, options: IntegerParameterOptions): PropertyDecorator {
  const { minimum, maximum, default: defaultValue } = options;
  const schema: SchemaObject = { type: 'integer', minimum, maximum };
  if (defaultValue !== undefined) schema.default = defaultValue;
  return parameter({ description, schema }, options, (parameters, name) =>
    parameters.integer(name, { min: minimum, max: maximum }),
  );
}

export function TextParameter(description: string, options: TextParameterOptions = {}): PropertyDecorator {
  const { pattern } = options;
  const schema: SchemaObject = { type: 'string' };
  if (pattern) schema.pattern = pattern.regex.source;
  return parameter({ description, schema }, options, (parameters, name) => {
    const text = parameters.one(name);
    if (text !== undefined && pattern?.regex.test(text) === false) throw badRequestParameter(name, pattern.mismatch);
    return text;
  });
}

/** One of the values. */
export function EnumParameter(
  description: string,
  values: readonly string[],
  options: ParameterOptions = {},
): PropertyDecorator {
  return parameter({ description, schema: { type: 'string', enum: [...values] } }, options, (parameters, name) => {
    const text = parameters.one(name);
    if (text === undefined || values.includes(text)) return text;
    throw badRequestParameter(name, `must be one of ${values.join(', ')}`);
  });
}

/** A `CalendarDate`. */
export function DateParameter(description: string, options: ParameterOptions = {}): PropertyDecorator {
  const schema: SchemaObject = { type: 'string', format: 'date' };
  return parameter({ description, schema }, options, (parameters, name) => parameters.date(name));
}

/** A date or an instant, as a `Date`. A date means its first instant. */
export function InstantParameter(description: string, options: ParameterOptions = {}): PropertyDecorator {
  const schema: SchemaObject = {
    type: 'string',
    anyOf: [{ format: 'date' }, { format: 'date-time' }],
  };
  return parameter({ description, schema }, options, (parameters, name) => parameters.instant(name));
}

/** A `YearMonth`. */
export function MonthParameter(description: string, options: ParameterOptions = {}): PropertyDecorator {
  const schema: SchemaObject = { type: 'string', pattern: '^\\d{4}-\\d{2}$' };
  return parameter({ description, schema }, options, (parameters, name) => parameters.month(name));
}

/** All `filter[…]` parameters of the request, as `readonly FilterParameter[]`. */
export function FilterParameters(description: string): PropertyDecorator {
  const isFilter = (name: string): boolean => name.startsWith('filter[');
  // Without an example, the documentation page sends a filter by a made-up field.
  const schema: SchemaObject = { type: 'object', additionalProperties: { type: 'string' }, example: {} };
  return (prototype, property) =>
    declare(prototype, {
      property: String(property),
      matches: isFilter,
      read: (parameters) => parameters.names.filter(isFilter).flatMap((name) => readFilters(name, parameters)),
      documentation: { name: 'filter', required: false, style: 'deepObject', explode: true, description, schema },
    });
}

/** Parameters that clients send and that have no effect. They are not documented. */
export function IgnoredParameters(matches: (name: string) => boolean): PropertyDecorator {
  return (prototype, property) => declare(prototype, { property: String(property), matches, read: () => undefined });
}

/** The query parameters of a DTO class, those of its base classes first. */
export function queryParametersOf(type: abstract new () => object): readonly QueryParameterDeclaration[] {
  return declared(type.prototype as object);
}

function parameter(
  documentation: { description: string; schema: SchemaObject },
  { name: otherName, emptyIsAbsent = false, requiredExample: example }: ParameterOptions,
  read: (parameters: QueryParameters, name: string) => unknown,
): PropertyDecorator {
  return (prototype, property) => {
    const name = otherName ?? String(property);
    declare(prototype, {
      property: String(property),
      matches: (each) => each === name,
      read: (parameters) => (emptyIsAbsent && parameters.isEmpty(name) ? undefined : read(parameters, name)),
      documentation: {
        ...documentation,
        schema: { ...documentation.schema, example },
        name,
        required: example !== undefined,
      },
    });
  };
}

function declare(prototype: object, declaration: QueryParameterDeclaration): void {
  Reflect.defineMetadata(PARAMETERS, [...declared(prototype), declaration], prototype);
}

function declared(prototype: object): readonly QueryParameterDeclaration[] {
  return (Reflect.getMetadata(PARAMETERS, prototype) as QueryParameterDeclaration[] | undefined) ?? [];
}

function readFilters(name: string, parameters: QueryParameters): FilterParameter[] {
  const [, path = '', operator = 'eq'] = FILTER.exec(name) ?? [];
  if (path === '') throw badRequestParameter(name, 'must be like filter[field] or filter[field][ne]');
  return parameters
    .all(name)
    .map((value) => ({ name, path, operator: operator as FilterParameter['operator'], value }));
}
