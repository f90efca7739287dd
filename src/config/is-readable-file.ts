import { accessSync, constants } from 'node:fs';
import { ValidateBy } from 'class-validator';

/** Requires the path of a file that this process may read. */
export function IsReadableFile(): PropertyDecorator {
  return ValidateBy({
    name: 'isReadableFile',
    validator: { validate: isReadable, defaultMessage: () => 'must be the path of a readable file' },
  });
}

function isReadable(path: unknown): boolean {
  try {
    accessSync(String(path), constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
