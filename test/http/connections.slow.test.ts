import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { limitConnections } from '../../src/http/server/connections.js';
import { TestApp } from '../support/test-app.js';

const MIB = 1024 * 1024;

describe('connections', () => {
  let app: TestApp;
  const sockets: Socket[] = [];

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await app.stop();
  });

  function open(text = ''): Socket {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).write(text);
    sockets.push(socket);
    return socket;
  }

  it('are limited per address', async () => {
    app = await TestApp.start({ CONNECTIONS_PER_CLIENT: '3' });
    const allowed = Array.from({ length: 3 }, () => open());
    await Promise.all(allowed.map((socket) => once(socket, 'connect')));
    const refused = open();
    await once(refused.resume(), 'close');
    allowed[0]?.destroy();
    await once(allowed[0] as Socket, 'close');
    expect(allowed[1]?.destroyed).toBe(false);
  });

  it('end when too many requests are sent without waiting for responses', async () => {
    app = await TestApp.start();
    const socket = open('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(100));
    await once(socket.resume(), 'close');
  });

  it('end when headers do not arrive within 10 seconds', async () => {
    app = await TestApp.start();
    const server = app.nest.getHttpServer() as { headersTimeout: number };
    expect(server.headersTimeout).toBe(10_000);
    const slow = [open(), open('GET / HTTP/1.1\r\n')];
    await Promise.all(slow.map((socket) => once(socket.resume(), 'close')));
  }, 30_000);
});

describe('a client that does not read its response', () => {
  const server = createServer();
  afterEach(() => server.close());

  it('is disconnected after 30 seconds; one that waits for its response is not', async () => {
    limitConnections(server, { trustedProxies: 0, connectionsPerClient: 10 });
    expect(server.timeout).toBe(30_000);
    server.setTimeout(100);
    const isDisconnected = new Promise((resolve) => {
      server.on('request', (request, response) => {
        if (request.url === '/large') response.once('close', resolve).end(Buffer.alloc(32 * MIB));
        else void isDisconnected.then(() => response.end('late'));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const late = fetch(`http://127.0.0.1:${port}/`);
    const silent = connect(port, '127.0.0.1').on('error', () => undefined);
    silent.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
    await isDisconnected;
    expect(await (await late).text()).toBe('late');
    silent.destroy();
  });
});
