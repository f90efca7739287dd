import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request as sendOn } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithElasticsearch, elasticsearchUrl, TestIndexes } from '../support/elasticsearch.js';
import { aPageview, send, stored } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

const cluster = new URL(elasticsearchUrl ?? 'http://localhost:9200');

/** A way to the cluster that can be blocked: what is sent then waits. */
class Tunnel {
  private readonly sockets = new Set<Socket>();
  private isBlocked = false;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Tunnel> {
    const server = createServer();
    const tunnel = new Tunnel(server);
    server.on('connection', (socket) => tunnel.join(socket));
    await listening(server);
    return tunnel;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.server)}`;
  }

  block(isBlocked: boolean): void {
    this.isBlocked = isBlocked;
    for (const socket of this.sockets) this.keep(socket);
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(socket: Socket): void {
    const onward = connect(Number(cluster.port), cluster.hostname);
    socket.pipe(onward);
    onward.pipe(socket);
    for (const each of [socket, onward]) {
      this.sockets.add(each);
      each.on('error', () => undefined);
      each.on('close', () => {
        this.sockets.delete(each);
        (each === socket ? onward : socket).destroy();
      });
      this.keep(each);
    }
  }

  private keep(socket: Socket): void {
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

/** Asks until the service is ready. */
async function untilReady(app: TestApp): Promise<void> {
  while ((await readiness(app)) !== 200);
}

describeWithElasticsearch('the way to the cluster', () => {
  let indexes: TestIndexes;
  let tunnel: Tunnel;
  let app: TestApp;

  beforeEach(async () => {
    indexes = TestIndexes.onOneNode();
    tunnel = await Tunnel.open();
  });
  afterEach(async () => {
    tunnel.block(false);
    await app.stop();
    tunnel.close();
    await indexes.remove();
  });

  const start = async (settings: Record<string, string> = {}): Promise<TestApp> =>
    await TestApp.start({
      ...indexes.environment,
      ELASTICSEARCH_URL: tunnel.url,
      ELASTICSEARCH_TIMEOUT_SECONDS: '1',
      ...settings,
    });

  it('is given up when the cluster does not answer in time, and used again when it does', async () => {
    app = await start();
    expect(await send(app, aPageview({ client_session_id: 'before' }))).toBe(201);
    tunnel.block(true);
    const refused = await app.request('events/counted_usage/', { body: aPageview({ client_session_id: 'meanwhile' }) });
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    expect(await readiness(app)).toBe(503);
    expect((await fetch(`${app.url}/health/live`)).status).toBe(200);
    tunnel.block(false);
    await untilReady(app);
    // As a front end does that was told to come again: it counts once, whatever became of the first try.
    expect(await send(app, aPageview({ client_session_id: 'meanwhile' }))).toBe(201);
    expect(await stored(app)).toHaveLength(2);
  });

  it('refuses usages while the queue is full, however long the cluster takes', async () => {
    app = await start({ RECORDING_QUEUE_LIMIT: '5' });
    await send(app, aPageview());
    tunnel.block(true);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => send(app, aPageview({ client_session_id: `s${index}` }))),
    );
    expect(new Set(statuses)).toEqual(new Set([503]));
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toMatch(/osf_metrics_usages_refused_total\{reason="queue-full"\} [1-9]/);
  });

  it('is waited for when the service is started before the cluster', async () => {
    tunnel.block(true);
    app = await start();
    expect(await readiness(app)).toBe(503);
    expect(await send(app, aPageview())).toBe(503);
    tunnel.block(false);
    await untilReady(app);
    expect(await send(app, aPageview())).toBe(201);
  });

  describe('with TLS', () => {
    let folder: string;
    let proxy: Server;
    let asked: IncomingMessage['headers'][];

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'osf-metrics-tls-'));
      asked = [];
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
      const pair = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '1'];
      execFileSync('openssl', ['req', ...pair, ...subject], { stdio: 'ignore' });
      proxy = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
        asked.push(request.headers);
        const { host: _host, authorization: _authorization, ...headers } = request.headers;
        const options = { port: cluster.port, method: request.method, path: request.url, headers };
        request.pipe(
          sendOn(cluster, options, (answer) => {
            response.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(response);
          }),
        );
      });
      await listening(proxy);
    });
    afterEach(() => {
      proxy.close();
      rmSync(folder, { recursive: true });
    });

    const overTls = (): Record<string, string> => ({ ELASTICSEARCH_URL: `https://localhost:${portOf(proxy)}` });

    it('trusts the authority of the file, and shows who it is', async () => {
      app = await start({
        ...overTls(),
        ELASTICSEARCH_CA_FILE: join(folder, 'cert.pem'),
        ELASTICSEARCH_USERNAME: 'metrics',
        ELASTICSEARCH_PASSWORD: 'secret',
      });
      expect(await send(app, aPageview())).toBe(201);
      const basic = `Basic ${Buffer.from('metrics:secret').toString('base64')}`;
      expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set([basic]));
    });

    it('shows an API key', async () => {
      app = await start({
        ...overTls(),
        ELASTICSEARCH_CA_FILE: join(folder, 'cert.pem'),
        ELASTICSEARCH_API_KEY: 'aWQ6a2V5',
      });
      expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set(['ApiKey aWQ6a2V5']));
    });

    it('says nothing to a cluster that nobody vouches for', async () => {
      app = await start({ ...overTls(), ELASTICSEARCH_API_KEY: 'aWQ6a2V5' });
      expect(await send(app, aPageview())).toBe(503);
      expect(asked).toEqual([]);
    });
  });
});
