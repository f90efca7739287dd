import { ValidateBy, type ValidationArguments } from 'class-validator';

/** Requires a port other than `PORT`, or 0. */
export function OtherPort(): PropertyDecorator {
  return ValidateBy({
    name: 'otherPort',
    validator: {
      validate: (port, validation?: ValidationArguments) =>
        port === 0 || port !== (validation?.object as { port: number }).port,
      defaultMessage: () => 'must differ from PORT',
    },
  });
}
