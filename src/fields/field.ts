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

/** What may be said of any field. A field is required and single unless said otherwise. */
export interface FieldOptions {
  /** The value may be null, and is null when it is left out. */
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
  /** What is counted: `bytes`, `session-hours`. */
  readonly unit?: string;
}

/** Text that is filtered, sorted and grouped as a whole. */
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

/** A whole number that is never negative, and no larger than JSON holds exactly. */
export function IntegerField(description: string, options: IntegerOptions = {}): PropertyDecorator {
  const each = { each: options.array };
  const range = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
  const described = options.unit ? `${description} (${options.unit})` : description;
  return field('integer', described, options, { type: 'integer', ...range }, [
    IsInt(each),
    Min(range.minimum, each),
    Max(range.maximum, each),
  ]);
}

export function BooleanField(description: string, options: FieldOptions = {}): PropertyDecorator {
  return field('boolean', description, options, { type: Boolean }, [IsBoolean({ each: options.array })]);
}

/** A point in time, with milliseconds, UTC. */
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

/** A group of fields, declared in a class of its own. */
export function ObjectField(
  description: string,
  type: () => new () => object,
  options: FieldOptions = {},
): PropertyDecorator {
  // Swagger knows a function that gives a type by its name: `type`.
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
  options: FieldOptions & Pick<TextOptions, 'maxLength'>,
  api: ApiPropertyOptions,
  rules: PropertyDecorator[],
  objectType?: () => new () => object,
): PropertyDecorator {
  const { nullable = false, array = false, maxLength } = options;
  const documented = { description, nullable, isArray: array, required: !nullable, ...api } as ApiPropertyOptions;
  return applyDecorators(
    (target: object, name: string | symbol) =>
      declareField(target, { name: String(name), kind, description, nullable, array, maxLength, objectType }),
    ApiProperty(documented),
    ...rules,
    ...(array ? [IsArray()] : []),
    ...(nullable ? [IsOptional()] : []),
  );
}
