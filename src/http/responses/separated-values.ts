import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';

export const DELIMITERS = { csv: ',', tsv: '\t' } as const;

/** Null is an empty cell. Text is sent so that no spreadsheet runs it; numbers stay numbers. */
export type Cell = string | number | boolean | null;

export interface Table {
  readonly columns: readonly string[];
  /** Rows as they come, each with a cell for each column. */
  readonly rows: AsyncIterable<readonly Cell[]>;
}

/**
 * A header line and a line for each row, by RFC 4180 with CRLF: a cell that holds a delimiter, a quote or the end of a
 * line is quoted. Rows are taken only as fast as they are read; when taking one fails, so does the stream.
 */
export function writeSeparatedValues({ columns, rows }: Table, delimiter: ',' | '\t'): Readable {
  const lines = stringify({
    delimiter,
    columns: [...columns],
    header: true,
    record_delimiter: 'windows',
    quote_record_delimiter: true,
    cast: { boolean: String, string: escapeFormula },
  });
  return pipeline(Readable.from(rows), lines, () => undefined);
}

/**
 * A leading sign by which spreadsheets know a formula, also behind white space and characters that do not show, in their
 * full-width forms too; or a leading tab or end of line. (OWASP, "CSV Injection".)
 */
const FORMULA = /^(?:[\s\p{Cc}\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/u;

/** With an apostrophe in front of what a spreadsheet would run as a formula, which makes it text. */
export function escapeFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}
