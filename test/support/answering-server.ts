import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server with one listener per request. Each listener runs when its request has arrived completely. */
export class AnsweringServer {
  private constructor(private readonly server: Server) {}

  static async start(...listeners: RequestListener[]): Promise<AnsweringServer> {
    const server = createServer((request, response) => {
      request.resume();
      request.once('end', () => listeners.shift()?.(request, response));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new AnsweringServer(server);
  }

  /** A server whose handler reads the request itself and returns the status of the response. */
  static async startReading(handler: (request: IncomingMessage) => Promise<number>): Promise<AnsweringServer> {
    const server = createServer((request, response) => {
      void handler(request).then((status) => response.writeHead(status).end());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new AnsweringServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
