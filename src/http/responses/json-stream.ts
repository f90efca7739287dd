import { Readable } from 'node:stream';

/** A JSON:API document, whose primary data is written as it comes. */
export interface JsonDocument {
  readonly data: AsyncIterable<object>;
  readonly meta?: object;
  readonly links?: object;
}

/** The document as text. Data is taken only as fast as it is read; when taking it fails, so does the stream. */
export function writeJsonDocument(document: JsonDocument): Readable {
  return Readable.from(pieces(document), { objectMode: false });
}

async function* pieces({ data, ...members }: JsonDocument): AsyncIterable<string> {
  let separator = '{"data":[';
  for await (const resource of data) {
    yield separator + JSON.stringify(resource);
    separator = ',';
  }
  const opening = separator === ',' ? '' : separator;
  const rest = JSON.stringify(members).slice(1);
  yield `${opening}]${rest === '}' ? '' : ','}${rest}`;
}
