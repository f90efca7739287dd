import { ApiError } from '../json-api/api-error.js';
import { DOCUMENT_FORMATS, JSON_API } from '../json-api/protocol.js';

/**
 * The representations of reports: a JSON:API document, or a file to download. `json_report` is a JSON array of the
 * attributes alone.
 */
export const MEDIA_TYPES = {
  'json:api': JSON_API,
  json: 'application/json',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  json_report: 'application/json',
} as const;
export type Representation = keyof typeof MEDIA_TYPES;

/** The values of the query parameter `format`. */
export const FORMATS = ['json', 'csv', 'tsv', 'json_report', ...DOCUMENT_FORMATS] as const;
export type Format = (typeof FORMATS)[number];

/**
 * The representation that a request asks for: by `format`, otherwise by `Accept`.
 *
 * @throws ApiError 406 if no representation is acceptable
 */
export function toRepresentation(format: Format | undefined, accept: string | undefined): Representation {
  if (format === undefined) return negotiate(accept);
  return format === 'jsonapi' || format === 'api' ? 'json:api' : format;
}

/** Whether the representation is a table, which people open in a spreadsheet. */
export function isTabular(representation: Representation): representation is 'csv' | 'tsv' {
  return representation === 'csv' || representation === 'tsv';
}

/** The extension of a file's name. */
export function fileExtension(representation: Representation): string {
  return representation === 'json_report' ? 'json' : representation;
}

/**
 * The representation that `Accept` prefers. The JSON:API document wins a tie: many HTTP clients send `application/json` and a
 * wildcard with every request, and do not expect a file.
 *
 * @throws ApiError 406 when no representation is acceptable
 */
export function negotiate(accept: string | undefined): Representation {
  const representation = chooseByAccept(accept, MEDIA_TYPES);
  if (representation) return representation;
  throw new ApiError(406, 'Not Acceptable', {
    detail: `accept one of ${Object.values(MEDIA_TYPES).join(', ')}`,
    source: { header: 'Accept' },
  });
}

/**
 * Chooses the media type with the highest quality in `Accept` (RFC 9110, section 12.5.1), the first one of equals.
 *
 * @returns its name; undefined when none is acceptable
 */
export function chooseByAccept<Name extends string>(
  accept: string | undefined,
  mediaTypes: Readonly<Record<Name, string>>,
): Name | undefined {
  const ranges = (accept?.trim() || '*/*').split(',').map(parseMediaRange);
  const names = Object.keys(mediaTypes) as Name[];
  const qualities = names.map((name) => ({ name, quality: qualityOf(mediaTypes[name], ranges) }));
  const best = qualities.reduce((one, other) => (other.quality > one.quality ? other : one));
  return best.quality > 0 ? best.name : undefined;
}

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

function parseMediaRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  return { type, quality: /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(quality) ? Number(quality) : 0 };
}

/** The quality of the most specific range that includes the type; 0 without one. */
function qualityOf(mediaType: string, ranges: readonly MediaRange[]): number {
  const candidates = [mediaType, `${mediaType.slice(0, mediaType.indexOf('/'))}/*`, '*/*'];
  const matches = candidates.map((candidate) => ranges.find(({ type }) => type === candidate));
  return matches.find((match) => match !== undefined)?.quality ?? 0;
}
