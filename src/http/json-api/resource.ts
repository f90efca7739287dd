import type { FastifyRequest } from 'fastify';
import { type ApiError, badRequestBody, type Problem } from './api-error.js';
import { parseJson } from './parse-json.js';
import { MAX_BATCH_SIZE, NDJSON } from './protocol.js';

/** A JSON:API resource object. */
export interface Resource {
  readonly type: string;
  readonly id?: string;
  readonly attributes: object;
}

/** A resource object of a request body, not validated yet. */
export interface ResourceInput {
  readonly attributes: unknown;
  /** The place of the attributes in the body: `/data/attributes`, or empty when the body is the bare attributes. */
  readonly pointer: string;
  readonly type?: unknown;
  readonly id?: unknown;
}

/** A resource of a batch, or what prevents it from being read. */
export type BatchLine = ResourceInput | { readonly problems: readonly Problem[] };

/** Reads a JSON:API document with one resource, or the bare attributes of the resource. */
export function readResource(body: unknown): ResourceInput {
  if (!isObject(body) || !('data' in body)) return { attributes: body, pointer: '' };
  const { attributes, type, id } = isObject(body['data']) ? body['data'] : {};
  return { attributes, pointer: '/data/attributes', type, id };
}

/**
 * Reads a JSON:API document whose `data` is a list, a bare list, or NDJSON.
 *
 * @throws ApiError 400 when the body is none of these, or has too many resources
 */
export function readBatch(body: unknown, contentType: string | undefined): BatchLine[] {
  const lines = contentType?.startsWith(NDJSON) ? readLines(String(body)) : readList(body);
  if (lines.length <= MAX_BATCH_SIZE) return lines;
  throw badRequestBody([{ detail: `must have at most ${MAX_BATCH_SIZE} elements`, source: { pointer: '' } }]);
}

/** 400, naming an attribute of the resource in the request body; without a name, the resource as a whole. */
export function badAttribute(request: FastifyRequest, detail: string, name?: string): ApiError {
  const { pointer } = readResource(request.body);
  return badRequestBody([{ detail, source: { pointer: name === undefined ? pointer : `${pointer}/${name}` } }]);
}

function readList(body: unknown): BatchLine[] {
  const isDocument = isObject(body) && 'data' in body;
  const elements = isDocument ? body['data'] : body;
  const pointer = isDocument ? '/data' : '';
  if (!Array.isArray(elements)) throw badRequestBody([{ detail: 'must be a list', source: { pointer } }]);
  return elements.map((element: unknown, index) => readElement(element, `${pointer}/${index}`));
}

/** Reads a resource object, or its bare attributes. */
function readElement(element: unknown, pointer: string): ResourceInput {
  if (!isObject(element) || !('attributes' in element)) return { attributes: element, pointer };
  const { attributes, type, id } = element;
  return { attributes, pointer: `${pointer}/attributes`, type, id };
}

function readLines(text: string): BatchLine[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    const json = parseJson(line, `/${index}`);
    if ('problems' in json) return json;
    if (!isObject(json.value) || !('data' in json.value)) return readElement(json.value, `/${index}`);
    const resource = readResource(json.value);
    return { ...resource, pointer: `/${index}${resource.pointer}` };
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
