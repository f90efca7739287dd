import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { TestApp } from '../support/test-app.js';

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
