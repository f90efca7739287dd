import { badBody, type Problem } from './api-error.js';
import { NDJSON } from './media-types.js';
import { parseJson } from './parse-json.js';

/** A JSON:API resource object. */
export interface Resource {
  readonly type: string;
  readonly id?: string;
  readonly attributes: object;
}

/** The attributes that a request gives of one thing, and where in the body they stand. */
export interface Attributes {
  readonly plain: unknown;
  /** `/data/attributes`, or empty when the body is the bare attributes. */
  readonly pointer: string;
  /** The type of the resource, where the request names one. */
  readonly type?: unknown;
  /** The id of the resource, where the request names one. */
  readonly id?: unknown;
}

/** Reads a JSON:API document, or the bare attributes of what would be in it. */
export function attributesOf(body: unknown): Attributes {
  if (!isObject(body) || !('data' in body)) return { plain: body, pointer: '' };
  const { attributes, type, id } = isObject(body['data']) ? body['data'] : {};
  return { plain: attributes, pointer: '/data/attributes', type, id };
}

/** One of the things that a request gives many of. */
export type Line = Attributes | { readonly problems: readonly Problem[] };

/**
 * Reads a JSON:API document whose `data` is a list, a bare list, or lines of JSON. A line that is none has problems of its
 * own.
 *
 * @throws ApiError 400 when the body is none of these, or has more lines than the limit
 */
export function linesOf(body: unknown, contentType: string | undefined, limit: number): Line[] {
  const lines = contentType?.startsWith(NDJSON) ? jsonLinesOf(String(body)) : elementsOf(body);
  if (lines.length > limit) throw badBody([{ detail: `must have at most ${limit} elements`, source: { pointer: '' } }]);
  return lines;
}

function elementsOf(body: unknown): Line[] {
  const wrapped = isObject(body) && 'data' in body;
  const elements = wrapped ? body['data'] : body;
  const pointer = wrapped ? '/data' : '';
  if (!Array.isArray(elements)) throw badBody([{ detail: 'must be a list', source: { pointer } }]);
  return elements.map((element: unknown, index) => elementOf(element, `${pointer}/${index}`));
}

/** A resource, or the bare attributes of one. */
function elementOf(element: unknown, pointer: string): Attributes {
  if (!isObject(element) || !('attributes' in element)) return { plain: element, pointer };
  const { attributes, type, id } = element;
  return { plain: attributes, pointer: `${pointer}/attributes`, type, id };
}

function jsonLinesOf(text: string): Line[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    const json = parseJson(line, `/${index}`);
    if ('problems' in json) return json;
    if (!isObject(json.value) || !('data' in json.value)) return elementOf(json.value, `/${index}`);
    const attributes = attributesOf(json.value);
    return { ...attributes, pointer: `/${index}${attributes.pointer}` };
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
