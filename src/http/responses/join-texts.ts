const CHUNK_LENGTH = 65_536;

/** Joins texts to larger ones. Each chunk of a stream costs time, in compression most of all. */
export async function* joinTexts(texts: AsyncIterable<string>): AsyncIterable<string> {
  let joined = '';
  for await (const text of texts) {
    joined += text;
    if (joined.length < CHUNK_LENGTH) continue;
    yield joined;
    joined = '';
  }
  if (joined !== '') yield joined;
}
