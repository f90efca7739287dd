import { applyDecorators } from '@nestjs/common';
import { ValidateBy, type ValidationOptions } from 'class-validator';
import { ParseWith, splitList } from './setting.js';

interface Range {
  readonly min: number;
  readonly max: number;
}

/** An integer from `min` to `max`. */
export function Integer({ min, max }: Range, options: ValidationOptions = {}): PropertyDecorator {
  const message = `must be an integer from ${min} to ${max}`;
  return applyDecorators(ParseWith(Number), IsIntegerWithin({ min, max }, { message, ...options }));
}

/** A list of integers from `min` to `max`. */
export function Integers({ min, max }: Range): PropertyDecorator {
  const message = `must be integers from ${min} to ${max}, separated by commas`;
  return applyDecorators(
    ParseWith((text) => splitList(text).map(Number)),
    IsIntegerWithin({ min, max }, { message, each: true }),
  );
}

function IsIntegerWithin({ min, max }: Range, options: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown): boolean =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
  return ValidateBy({ name: 'isIntegerWithin', validator: { validate } }, options);
}
