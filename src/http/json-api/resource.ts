import type { FastifyRequest } from 'fastify';
import { type ApiError, badRequestBody, type Problem } from './api-error.js';
import { parseJson } from './parse-json.js';
import { MAX_BATCH_SIZE } from './protocol.js';

/** The white space of JSON. */
const WHITE_SPACE = Buffer.from(' \t\r\n');

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
 * Reads a JSON:API document whose `data` is a list, a bare list, or the bytes of NDJSON.
 *
 * @throws ApiError 400 when the body is none of these, or has too many resources
 */
export function readBatch(body: unknown): BatchLine[] {
  const lines = Buffer.isBuffer(body) ? readLines(body) : readList(body);
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

/** Reads the lines of NDJSON, up to the first one over the limit. */
function readLines(bytes: Buffer): BatchLine[] {
  const lines: BatchLine[] = [];
  for (let start = 0; start < bytes.length && lines.length <= MAX_BATCH_SIZE;) {
    const end = bytes.indexOf('\n', start);
    const line = bytes.subarray(start, end === -1 ? bytes.length : end);
    start += line.length + 1;
    if (!isBlank(line)) lines.push(readLine(line, `/${lines.length}`));
  }
  return lines;
}

function readLine(line: Buffer, pointer: string): BatchLine {
  const json = parseJson(line, pointer);
  if ('problems' in json) return json;
  if (!isObject(json.value) || !('data' in json.value)) return readElement(json.value, pointer);
  const resource = readResource(json.value);
  return { ...resource, pointer: `${pointer}${resource.pointer}` };
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => WHITE_SPACE.includes(byte));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
