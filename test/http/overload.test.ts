import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { formatCounterRefusal } from '../../src/counter/exceptions.js';
import { JSON_API } from '../../src/http/json-api/protocol.js';
import { refuseOverload } from '../../src/http/server/overload.js';

const MAX_RUNNING_REQUESTS = 2_000;
const REQUESTS_PER_CONNECTION = 16;

describe('a server whose requests do not end', () => {
  let server: Server;
  let port: number;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    let started = 0;
    const allStarted = new Promise<void>((resolve) => {
      server = createServer(
        refuseOverload((request, response) => {
          if (request.url === '/health/live') response.end('live');
          started += 1;
          if (started === MAX_RUNNING_REQUESTS) resolve();
        }, formatCounterRefusal),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
    for (let count = 0; count < MAX_RUNNING_REQUESTS; count += REQUESTS_PER_CONNECTION) {
      sockets.push(open().on('error', () => undefined));
    }
    await allStarted;
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function open(requests = REQUESTS_PER_CONNECTION): Socket {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /usages HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(requests));
    return socket;
  }

  async function get(path: string): Promise<{ status: number; type: string | null; body: string }> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, type: response.headers.get('Content-Type'), body: await response.text() };
  }

  it('refuses requests over 2,000 with 503', async () => {
    const { status, type, body } = await get('/_/metrics/items/');
    expect([status, type]).toEqual([503, JSON_API]);
    expect(JSON.parse(body)).toMatchObject({ errors: [{ status: '503', title: 'Service Unavailable' }] });
  });

  it.each([
    ['/_/metrics/counter/r51/reports/ir?customer_id=1', { Code: 1010, Message: 'Service Busy' }],
    ['/_/metrics/counter/reports', { Code: 1010, Severity: 'Fatal', Message: 'Service Busy' }],
  ])("refuses %s with COUNTER's exception", async (path, exception) => {
    const { status, type, body } = await get(path);
    expect([status, type]).toEqual([503, 'application/json']);
    expect(JSON.parse(body)).toEqual(exception);
  });

  it('answers health checks', async () => {
    expect(await get('/health/live')).toMatchObject({ status: 200, body: 'live' });
  });

  it('closes a connection with more than 16 running requests', async () => {
    const socket = open(REQUESTS_PER_CONNECTION + 1).on('error', () => undefined);
    await new Promise((resolve) => socket.once('close', resolve).resume());
  });
});
