import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { fastify, type FastifyInstance } from 'fastify';
import { closeConnectionsOnShutdown } from './graceful-shutdown.js';

const PATIENCE_MILLISECONDS = 50;

describe('the end of a server', () => {
  let server: FastifyInstance;
  let client: Socket;

  beforeEach(async () => {
    server = fastify();
    closeConnectionsOnShutdown(server, PATIENCE_MILLISECONDS);
    server.post('/', () => 'done');
    server.get('/endless', () => new Readable({ read: () => undefined }));
    await server.listen();
    client = connect((server.server.address() as AddressInfo).port);
  });
  afterEach(() => client.destroy());

  it.each([
    ['sends half a line', 'GET /endle'],
    ['sends half a body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf'],
    ['reads without an end', 'GET /endless HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['says nothing', ''],
  ])('does not wait for ever for somebody who %s', async (_what, text) => {
    const connected = once(server.server, 'connection');
    client.write(text);
    await connected;
    const ended = once(client, 'close');
    client.on('error', () => undefined).resume();
    await server.close();
    await ended;
  });
});
