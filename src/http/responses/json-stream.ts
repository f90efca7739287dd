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
