import { setTimeout as delay } from 'node:timers/promises';

const POLL_MILLISECONDS = 250;
const LINE_FEED = 10;

/** Sends a query, and reads the response. */
export async function queryService(server, path) {
  await readAll(await request(server, `/_/metrics/query/${path}`));
}

/** Sends a request with the server's key: POST if it has a body. */
export async function request({ url, key }, path, { body, signal, headers } = {}) {
  const response = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${key}`, ...(body && { 'Content-Type': 'application/json' }), ...headers },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

/** Reads a response without keeping it. @returns the number of bytes and lines, uncompressed */
export async function readAll(response) {
  let [bytes, lines] = [0, 0];
  for await (const chunk of response.body) {
    bytes += chunk.length;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) lines += 1;
  }
  return { bytes, lines };
}

/** Runs a reporter for a cycle, and waits until the run has finished. */
export async function runReporter(server, reporter, cycle) {
  const read = async (path, body) => (await request(server, `/_/metrics/reporters/${path}`, { body })).json();
  let { data } = await read(`${reporter}/runs`, { data: { type: 'runs', attributes: { cycle } } });
  while (data.attributes.state === 'running') {
    await delay(POLL_MILLISECONDS);
    ({ data } = await read(`runs/${data.id}`));
  }
  return data.attributes;
}
