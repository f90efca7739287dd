import { Readable } from 'node:stream';

/** A JSON:API document whose primary data is streamed. */
export interface JsonDocument {
  readonly data: AsyncIterable<object>;
  readonly meta?: object;
  readonly links?: object;
}

/** Streams the document as text, with backpressure. The stream fails when the data does. */
export function writeJsonDocument(document: JsonDocument): Readable {
  return Readable.from(toChunks(document), { objectMode: false });
}

/** Streams the values as the text of a JSON array, with backpressure. */
export function writeJsonArray(values: AsyncIterable<object>): Readable {
  return Readable.from(toArrayChunks(values), { objectMode: false });
}

async function* toArrayChunks(values: AsyncIterable<object>): AsyncIterable<string> {
  let separator = '[';
  for await (const value of values) {
    yield separator + JSON.stringify(value);
    separator = ',';
  }
  yield separator === ',' ? ']' : '[]';
}

async function* toChunks({ data, ...members }: JsonDocument): AsyncIterable<string> {
  let separator = '{"data":[';
  for await (const resource of data) {
    yield separator + JSON.stringify(resource);
    separator = ',';
  }
  const opening = separator === ',' ? '' : separator;
  const rest = JSON.stringify(members).slice(1);
  yield `${opening}]${rest === '}' ? '' : ','}${rest}`;
}
