import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to the cluster, and the means to answer it. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly response: ServerResponse;
  /** Sends the request to the cluster, with its own body or another one. */
  forward(body?: string): Promise<Forwarded>;
}

export interface Forwarded {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Answers a request in place of the cluster. @returns false to relay the answer of the cluster */
export type Script = (exchange: Exchange) => Promise<boolean> | boolean;

/** An HTTP proxy in front of a cluster that relays all requests, except those that its script answers. */
export class ScriptedProxy {
  /** Undefined to relay everything. */
  script: Script | undefined;

  private constructor(
    private readonly server: Server,
    private readonly cluster: string,
  ) {}

  static async open(cluster: string): Promise<ScriptedProxy> {
    const server = createServer();
    const proxy = new ScriptedProxy(server, cluster);
    server.on('request', (request, response) => void proxy.answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/' } = request;
    const body = (await request.toArray()).join('');
    const forward = (sent = body): Promise<Forwarded> => this.forward(request, method, path, sent);
    if (await this.script?.({ method, path, body, response, forward })) return;
    const forwarded = await forward();
    response.writeHead(forwarded.status, forwarded.headers).end(forwarded.body);
  }

  private async forward(request: IncomingMessage, method: string, path: string, body: string): Promise<Forwarded> {
    const { accept = '*/*', 'content-type': contentType } = request.headers;
    const answer = await fetch(this.cluster + path, {
      method,
      headers: { accept, ...(contentType === undefined ? {} : { 'content-type': contentType }) },
      ...(body === '' ? {} : { body }),
    });
    const headers = Object.fromEntries(
      ['content-type', 'x-elastic-product'].flatMap((name) => {
        const value = answer.headers.get(name);
        return value === null ? [] : [[name, value]];
      }),
    );
    return { status: answer.status, headers, body: await answer.text() };
  }
}
