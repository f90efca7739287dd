import type { Format } from './content-negotiation.js';
import { ByteOrderMarkParameter, FormatParameter, type TrueOrFalse } from './file-parameters.js';

/** The query parameters of a route that has no others than those of its files. */
export class FileQuery {
  @FormatParameter()
  format?: Format;

  @ByteOrderMarkParameter()
  bom?: TrueOrFalse;
}
