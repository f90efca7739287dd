import { EnumParameter } from '../json-api/query-parameter.decorators.js';
import { FORMATS } from './content-negotiation.js';

/** `format`, for a property of the type `Format`. */
export function FormatParameter(): PropertyDecorator {
  return EnumParameter(
    'File format of a download, or `jsonapi` for a document. Takes precedence over the `Accept` header',
    FORMATS,
  );
}

/** `bom`, for a property of the type `ByteOrderMark`. */
export function ByteOrderMarkParameter(): PropertyDecorator {
  return EnumParameter(
    '`true` starts a CSV or TSV file with a byte order mark, by which Excel recognizes UTF-8. Default: `false`',
    ['true', 'false'],
  );
}

export type ByteOrderMark = 'true' | 'false';
