import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { CalendarDate } from '../time/calendar-date.js';
import { CalendarValue } from '../time/calendar-value.js';
import { InstantValue } from '../time/instant-value.js';
import { YearMonth } from '../time/year-month.js';
import { declareField, type FieldDeclaration } from './field-declaration.js';

/** By default, a field is required and holds a single value. */
export interface FieldOptions {
  /** The value may be null or missing. */
  readonly nullable?: boolean;
  /** The value is a list. */
  readonly array?: boolean;
}

export interface TextOptions extends FieldOptions {
  /** In characters. */
  readonly maxLength?: number;
  readonly enum?: readonly string[];
}

export interface IntegerOptions extends FieldOptions {
  /** What the number counts: `bytes`, `session-hours`. */
  readonly unit?: string;
}

/** Text. Filters, sorting and grouping use the whole value, not its words. */
export function TextField(description: string, options: TextOptions = {}): PropertyDecorator {
  const each = { each: options.array };
  const limits = [
    ...(options.maxLength === undefined ? [] : [MaxLength(options.maxLength, each)]),
    ...(options.enum === undefined ? [] : [IsIn([...options.enum], each)]),
  ];
  return field(
    'text',
    description,
    options,
    { type: String, maxLength: options.maxLength, enum: options.enum as string[] },
    [IsString(each), ...limits],
  );
}

/** A whole number from 0 to the largest that JSON represents exactly. */
export function IntegerField(description: string, options: IntegerOptions = {}): PropertyDecorator {
  const each = { each: options.array };
  const range = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
  return field('integer', description, options, { type: 'integer', ...range }, [
    IsInt(each),
    Min(range.minimum, each),
    Max(range.maximum, each),
  ]);
}

export function BooleanField(description: string, options: FieldOptions = {}): PropertyDecorator {
  return field('boolean', description, options, { type: Boolean }, [IsBoolean({ each: options.array })]);
}

/** A point in time in UTC, with milliseconds. */
export function InstantField(description: string, options: FieldOptions = {}): PropertyDecorator {
  return field('instant', description, options, { type: String, format: 'date-time' }, [InstantValue()]);
}

/** A `CalendarDate`. */
export function DateField(description: string, options: FieldOptions = {}): PropertyDecorator {
  return field('date', description, options, { type: String, format: 'date' }, [CalendarValue(CalendarDate)]);
}

/** A `YearMonth`. */
export function MonthField(description: string, options: FieldOptions = {}): PropertyDecorator {
  return field('month', description, options, { type: String, pattern: '^\\d{4}-\\d{2}$', example: '2026-11' }, [
    CalendarValue(YearMonth),
  ]);
}

/** An object, whose fields another class declares. */
export function ObjectField(
  description: string,
  type: () => new () => object,
  options: FieldOptions = {},
): PropertyDecorator {
  // Swagger recognizes a lazy type by the name of the function: `type`.
  return field(
    'object',
    description,
    options,
    { type: () => type() },
    [Type(type), ValidateNested({ each: options.array }), ...(options.array ? [] : [IsObject()])],
    type,
  );
}

function field(
  kind: FieldDeclaration['kind'],
  description: string,
  options: FieldOptions & Pick<TextOptions, 'maxLength' | 'enum'> & Pick<IntegerOptions, 'unit'>,
  api: ApiPropertyOptions,
  rules: PropertyDecorator[],
  objectType?: () => new () => object,
): PropertyDecorator {
  const { nullable = false, array = false, maxLength, enum: values, unit } = options;
  const described = unit === undefined ? description : `${description} (${unit})`;
  const documented = {
    description: described,
    nullable,
    isArray: array,
    required: !nullable,
    ...api,
  } as ApiPropertyOptions;
  return applyDecorators(
    (target: object, name: string | symbol) =>
      declareField(target, {
        name: String(name),
        kind,
        description,
        nullable,
        array,
        unit,
        maxLength,
        enum: values,
        objectType,
      }),
    ApiProperty(documented),
    ...rules,
    ...(array ? [IsArray()] : []),
    ...(nullable ? [IsOptional()] : []),
  );
}
