import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';

export const DELIMITERS = { csv: ',', tsv: '\t' } as const;

/** What separates cells in some locale, or in the other format. */
const ANY_DELIMITER = /[,;\t]/;

/** Null is an empty cell. Text is escaped so that no spreadsheet runs it as a formula. */
export type Cell = string | number | boolean | null;

export interface Table {
  readonly columns: readonly string[];
  /** Each row has a cell per column. */
  readonly rows: AsyncIterable<readonly Cell[]> | Iterable<readonly Cell[]>;
}

/**
 * Streams a header line and a line per row, with backpressure, in the format of RFC 4180: lines end with CRLF, and cells
 * with a quote, a line break or a delimiter of any locale are quoted. The stream fails when the rows do.
 */
export function writeSeparatedValues(
  { columns, rows }: Table,
  delimiter: ',' | '\t',
  { byteOrderMark = false } = {},
): Readable {
  const lines = stringify({
    delimiter,
    bom: byteOrderMark,
    columns: [...columns],
    header: true,
    record_delimiter: 'windows',
    quote_record_delimiter: true,
    quoted_match: ANY_DELIMITER,
    cast: { boolean: String, string: escapeFormula },
  });
  return pipeline(Readable.from(rows), lines, () => undefined);
}

/**
 * The start of a formula in a spreadsheet: a sign, also in its full-width form, and also after white space or invisible
 * characters; or a tab or line break (OWASP, "CSV Injection").
 */
const FORMULA = /^(?:[\s\p{Cc}\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/u;

/** The separator of lists in a cell, and of cells where a comma is the decimal sign. */
const LIST_SEPARATOR = ';';

/** Prefixes each formula with an apostrophe, which makes it text: at the start of the text and after `;`. */
export function escapeFormula(text: string): string {
  const parts = text.split(LIST_SEPARATOR).map((part) => (FORMULA.test(part) ? `'${part}` : part));
  return parts.join(LIST_SEPARATOR);
}
