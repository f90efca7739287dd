import { ValidateBy } from 'class-validator';

/** An absolute http or https URL, of any host. */
export function IsWebUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'isWebUrl',
    validator: { validate: isWebUrl, defaultMessage: () => '$property must be an absolute http(s) URL' },
  });
}

function isWebUrl(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\//i.test(value) && isUrl(value);
}

/** Not `URL.canParse`: once optimized, that of Node.js 20 rejects `https://bücher.example`. */
function isUrl(text: string): boolean {
  try {
    return new URL(text).href !== '';
  } catch {
    return false;
  }
}
