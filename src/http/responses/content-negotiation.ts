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
const REPRESENTATIONS = Object.keys(MEDIA_TYPES) as Representation[];

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

/** The extension of a file's name. */
export function fileExtension(representation: Representation): string {
  return representation === 'json_report' ? 'json' : representation;
}

/**
 * The representation with the highest quality in `Accept` (RFC 9110, section 12.5.1). The JSON:API document wins a tie:
 * many HTTP clients send `application/json` and a wildcard with every request, and do not expect a file.
 *
 * @throws ApiError 406 when no representation is acceptable
 */
export function negotiate(accept = ''): Representation {
  const ranges = (accept.trim() || '*/*').split(',').map(parseMediaRange);
  const qualities = REPRESENTATIONS.map((each) => ({ each, quality: qualityOf(MEDIA_TYPES[each], ranges) }));
  const best = qualities.reduce((one, other) => (other.quality > one.quality ? other : one));
  if (best.quality > 0) return best.each;
  throw new ApiError(406, 'Not Acceptable', {
    detail: `accept one of ${Object.values(MEDIA_TYPES).join(', ')}`,
    source: { header: 'Accept' },
  });
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
