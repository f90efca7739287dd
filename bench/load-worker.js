// Sends usages, as `load.js` says. Requests are prepared before, and written to sockets: an HTTP client such as autocannon
// takes 42 µs of CPU per request with another body, more than bare Fastify, which it is to measure; this takes 25.
import { connect } from 'node:net';
import { parentPort, threadId, workerData } from 'node:worker_threads';
import { createUsage } from './workload.js';

const CONNECTIONS = 64;
const SLICE_MILLISECONDS = 10_000;
const VISITOR = 'visitor-of-24-characters';
const { url, first, count, requests, seconds } = workerData;
const { hostname, port, host } = new URL(url);
const prepared = Array.from({ length: count }, (_, index) => prepareRequest(first + index).split(VISITOR));
const visitorPrefix = `${Date.now().toString(36)}-${threadId}-`;

let [sent, open, recorded, failures] = [0, CONNECTIONS, 0, 0];
let slice = [];
const cpu = process.cpuUsage();
const start = performance.now();
const end = start + seconds * 1000;
const slicing = setInterval(postSlice, SLICE_MILLISECONDS);
for (let index = 0; index < CONNECTIONS; index++) openConnection();

/** Sends one request after the other. A connection that the server closes is opened again. */
function openConnection() {
  const socket = connect({ port: Number(port), host: hostname, noDelay: true });
  let [sentAt, response, ended] = [undefined, '', false];
  const send = () => {
    if (sent === requests || performance.now() >= end) {
      ended = true;
      socket.destroy();
      return;
    }
    const [before, after] = prepared[sent % count];
    const visitor = (visitorPrefix + sent).padEnd(VISITOR.length, '-');
    sent += 1;
    sentAt = performance.now();
    socket.write(before + visitor + after, 'latin1');
  };
  socket.setEncoding('latin1');
  socket.on('connect', send);
  socket.on('data', (text) => {
    response += text;
    if (!isComplete(response)) return;
    slice.push(performance.now() - sentAt);
    sentAt = undefined;
    if (response.startsWith('HTTP/1.1 201 ')) recorded += 1;
    else failures += 1;
    response = '';
    send();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    if (sentAt !== undefined) failures += 1;
    if (!ended && performance.now() < end) openConnection();
    else if (--open === 0) finish();
  });
}

function finish() {
  clearInterval(slicing);
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  postSlice();
  const total = { recorded, failures, rate: (recorded / elapsed) * 1000, clientMicroseconds: (user + system) / sent };
  parentPort.postMessage({ total });
}

function postSlice() {
  parentPort.postMessage({
    slice: { second: Math.round((performance.now() - start) / 1000), milliseconds: Float64Array.from(slice) },
  });
  slice = [];
}

function isComplete(response) {
  const head = response.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(response)?.[1] ?? 0);
  return response.length >= head + 4 + length;
}

function prepareRequest(item) {
  const { item_osfid, provider_id, action_labels, pageview_info } = createUsage(item, new Date());
  const { page_url, page_title, referer_url, route_name } = pageview_info;
  const attributes = {
    item_guid: item_osfid,
    client_session_id: VISITOR,
    provider_id,
    action_labels,
    pageview_info: { page_url, page_title, referer_url, route_name },
  };
  const body = JSON.stringify({ data: { type: 'counted-usage', attributes } });
  return [
    'POST /_/metrics/events/counted_usage/ HTTP/1.1',
    `Host: ${host}`,
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Content-Type: application/vnd.api+json',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}
