import { ValidateBy, type ValidationOptions } from 'class-validator';

/** Requires an integer from `min` to `max`; without `max`, any integer of at least `min`. */
export function IsInteger(
  { min, max = Infinity }: { min: number; max?: number },
  options?: ValidationOptions,
): PropertyDecorator {
  const limits = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
  return ValidateBy(
    {
      name: 'isInteger',
      validator: {
        validate: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
        defaultMessage: () => `must be an integer ${limits}`,
      },
    },
    options,
  );
}
