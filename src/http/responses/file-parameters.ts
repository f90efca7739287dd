import { EnumParameter } from '../json-api/query-parameter.decorators.js';
import { FORMATS } from './content-negotiation.js';

/** `format`, for a property of the type `Format`. */
export function FormatParameter(): PropertyDecorator {
  return EnumParameter(
    'File format of a download, or `jsonapi` for a document. Takes precedence over the `Accept` header',
    FORMATS,
  );
}

/** The values of a parameter that is on or off. */
export type TrueOrFalse = (typeof TRUE_OR_FALSE)[number];
const TRUE_OR_FALSE = ['true', 'false'] as const;

/** `bom`, for a property of the type `TrueOrFalse`. */
export function ByteOrderMarkParameter(): PropertyDecorator {
  return EnumParameter(
    '`true` starts a CSV or TSV file with a byte order mark, by which Excel recognizes UTF-8. Default: `false`',
    TRUE_OR_FALSE,
  );
}

/** `total`, for a property of the type `TrueOrFalse`. */
export function TotalRowParameter(): PropertyDecorator {
  return EnumParameter(
    '`true` ends a CSV or TSV file with a row of totals: the sums of its rows. Columns that do not add up, such as numbers ' +
      'of distinct items, stay empty. Default: `false`',
    TRUE_OR_FALSE,
  );
}
