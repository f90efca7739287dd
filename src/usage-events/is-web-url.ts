import { ValidateBy } from 'class-validator';
import { parseWebUrl } from '../model/page-url.js';

/** An absolute http or https URL, of any host. */
export function IsWebUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'isWebUrl',
    validator: { validate: isWebUrl, defaultMessage: () => '$property must be an absolute http(s) URL' },
  });
}

function isWebUrl(value: unknown): boolean {
  return typeof value === 'string' && parseWebUrl(value) !== undefined;
}
