import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ValidateBy } from 'class-validator';

/** Requires the path of a folder that this process may write to, or may create. Creates nothing. */
export function IsWritableFolder(): PropertyDecorator {
  return ValidateBy({
    name: 'isWritableFolder',
    validator: {
      validate: (path) => findObstacle(String(path)) === undefined,
      defaultMessage: (validation) =>
        `must be a folder that this user can write to or create: ${findObstacle(String(validation?.value)) ?? ''}`,
    },
  });
}

function findObstacle(path: string): string | undefined {
  let existing = resolve(path);
  while (!existsSync(existing)) existing = dirname(existing);
  try {
    if (!statSync(existing).isDirectory()) return `${existing} is not a folder`;
    accessSync(existing, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
