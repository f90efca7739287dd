import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { fastify, type FastifyInstance } from 'fastify';
import { closeConnectionsOnShutdown } from './graceful-shutdown.js';

const TIMEOUT_MILLISECONDS = 50;

describe('shutdown', () => {
  let server: FastifyInstance;
  let client: Socket;

  beforeEach(async () => {
    server = fastify();
    closeConnectionsOnShutdown(server, TIMEOUT_MILLISECONDS);
    server.post('/', () => 'done');
    server.get('/endless', () => new Readable({ read: () => undefined }));
    await server.listen();
    client = connect((server.server.address() as AddressInfo).port);
  });
  afterEach(() => client.destroy());

  it.each([
    ['sends a partial request line', 'GET /endle'],
    ['sends a partial body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf'],
    ['reads an endless response', 'GET /endless HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['sends nothing', ''],
  ])('closes the connection of a client that %s', async (_what, text) => {
    const connected = once(server.server, 'connection');
    client.write(text);
    await connected;
    const ended = once(client, 'close');
    client.on('error', () => undefined).resume();
    await server.close();
    await ended;
  });
});
