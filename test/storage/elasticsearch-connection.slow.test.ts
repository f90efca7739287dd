import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request as forward } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithElasticsearch, elasticsearchUrl, TestIndexes } from '../support/elasticsearch.js';
import { aPageview, send, stored } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

const cluster = new URL(elasticsearchUrl ?? 'http://localhost:9200');

/** A TCP proxy in front of the cluster. While it is blocked, it holds all data back. */
class BlockableProxy {
  private readonly sockets = new Set<Socket>();
  private isBlocked = false;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<BlockableProxy> {
    const server = createServer();
    const proxy = new BlockableProxy(server);
    server.on('connection', (socket) => proxy.forward(socket));
    await listening(server);
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.server)}`;
  }

  block(isBlocked: boolean): void {
    this.isBlocked = isBlocked;
    for (const socket of this.sockets) this.updateFlow(socket);
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private forward(socket: Socket): void {
    const upstream = connect(Number(cluster.port), cluster.hostname);
    socket.pipe(upstream);
    upstream.pipe(socket);
    for (const each of [socket, upstream]) {
      this.sockets.add(each);
      each.on('error', () => undefined);
      each.on('close', () => {
        this.sockets.delete(each);
        (each === socket ? upstream : socket).destroy();
      });
      this.updateFlow(each);
    }
  }

  private updateFlow(socket: Socket): void {
    if (this.isBlocked) socket.pause();
    else socket.resume();
  }
}

async function listening(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function readiness(app: TestApp): Promise<number> {
  return (await fetch(`${app.url}/health/ready`)).status;
}

async function waitUntilReady(app: TestApp): Promise<void> {
  while ((await readiness(app)) !== 200);
}

describeWithElasticsearch('the connection to Elasticsearch', () => {
  let indexes: TestIndexes;
  let proxy: BlockableProxy;
  let app: TestApp;

  beforeEach(async () => {
    indexes = TestIndexes.onOneNode();
    proxy = await BlockableProxy.open();
  });
  afterEach(async () => {
    proxy.block(false);
    await app.stop();
    proxy.close();
    await indexes.remove();
  });

  const start = async (settings: Record<string, string> = {}): Promise<TestApp> =>
    await TestApp.start({
      ...indexes.environment,
      ELASTICSEARCH_URL: proxy.url,
      ELASTICSEARCH_TIMEOUT_SECONDS: '3',
      ...settings,
    });

  it('returns 503 while the cluster does not respond in time, and recovers when it does', async () => {
    app = await start();
    expect(await send(app, aPageview({ client_session_id: 'before' }))).toBe(201);
    proxy.block(true);
    const rejected = await app.request('events/counted_usage/', {
      body: aPageview({ client_session_id: 'meanwhile' }),
    });
    expect([rejected.status, rejected.headers.get('Retry-After')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    expect(await readiness(app)).toBe(503);
    expect((await fetch(`${app.url}/health/live`)).status).toBe(200);
    proxy.block(false);
    await waitUntilReady(app);
    // A front end retries after a 503. The usage counts once, whether or not the first request stored it.
    expect(await send(app, aPageview({ client_session_id: 'meanwhile' }))).toBe(201);
    expect(await stored(app)).toHaveLength(2);
  });

  it('returns 503 while the queue is full and the cluster does not respond', async () => {
    app = await start({ RECORDING_QUEUE_LIMIT: '5' });
    await send(app, aPageview());
    proxy.block(true);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => send(app, aPageview({ client_session_id: `s${index}` }))),
    );
    expect(new Set(statuses)).toEqual(new Set([503]));
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toMatch(/osf_metrics_usages_refused_total\{reason="queue-full"\} [1-9]/);
  });

  it('starts before the cluster, and becomes ready when the cluster responds', async () => {
    proxy.block(true);
    app = await start();
    expect(await readiness(app)).toBe(503);
    expect(await send(app, aPageview())).toBe(503);
    proxy.block(false);
    await waitUntilReady(app);
    expect(await send(app, aPageview())).toBe(201);
  });

  describe('with TLS', () => {
    let folder: string;
    let tlsProxy: Server;
    let received: IncomingMessage['headers'][];

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'osf-metrics-tls-'));
      received = [];
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
      const pair = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '1'];
      execFileSync('openssl', ['req', ...pair, ...subject], { stdio: 'ignore' });
      tlsProxy = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
        received.push(request.headers);
        const { host: _host, authorization: _authorization, ...headers } = request.headers;
        const options = { port: cluster.port, method: request.method, path: request.url, headers };
        request.pipe(
          forward(cluster, options, (upstream) => {
            response.writeHead(upstream.statusCode ?? 502, upstream.headers);
            upstream.pipe(response);
          }),
        );
      });
      await listening(tlsProxy);
    });
    afterEach(() => {
      tlsProxy.close();
      rmSync(folder, { recursive: true });
    });

    const overTls = (): Record<string, string> => ({ ELASTICSEARCH_URL: `https://localhost:${portOf(tlsProxy)}` });

    it('trusts the configured certificate authority and sends basic credentials', async () => {
      app = await start({
        ...overTls(),
        ELASTICSEARCH_CA_FILE: join(folder, 'cert.pem'),
        ELASTICSEARCH_USERNAME: 'metrics',
        ELASTICSEARCH_PASSWORD: 'secret',
      });
      expect(await send(app, aPageview())).toBe(201);
      const basic = `Basic ${Buffer.from('metrics:secret').toString('base64')}`;
      expect(new Set(received.map(({ authorization }) => authorization))).toEqual(new Set([basic]));
    });

    it('sends the API key', async () => {
      app = await start({
        ...overTls(),
        ELASTICSEARCH_CA_FILE: join(folder, 'cert.pem'),
        ELASTICSEARCH_API_KEY: 'aWQ6a2V5',
      });
      expect(new Set(received.map(({ authorization }) => authorization))).toEqual(new Set(['ApiKey aWQ6a2V5']));
    });

    it('sends nothing to a cluster whose certificate is not trusted', async () => {
      app = await start({ ...overTls(), ELASTICSEARCH_API_KEY: 'aWQ6a2V5' });
      expect(await send(app, aPageview())).toBe(503);
      expect(received).toEqual([]);
    });
  });
});
