import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../support/free-port.js';
import { aPageview } from '../support/send-usage.js';
import { ServiceProcess } from '../support/service-process.js';
import { FIREFOX } from '../support/test-app.js';

const describeWithNginx = process.env['NGINX'] ? describe : describe.skip;
const RATE_LIMIT = 5;

describeWithNginx('docs/nginx.conf', () => {
  let folder: string;
  let service: ServiceProcess;
  let nginx: ChildProcess;
  let url: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'osf-metrics-nginx-'));
    service = await ServiceProcess.start({
      DATA_DIR: folder,
      TRUSTED_PROXIES: '1',
      LOG_LEVEL: 'warn',
      RATE_LIMIT_PER_MINUTE: String(RATE_LIMIT),
    });
  });
  afterEach(async () => {
    nginx.kill();
    await once(nginx, 'exit');
    await service.end('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  /** @param adapt what an operator changes in the file */
  async function startNginx(adapt = (file: string): string => file): Promise<void> {
    const port = await findFreePort();
    url = `https://127.0.0.1:${port}`;
    const configuration = writeConfiguration(port, adapt(readFileSync('docs/nginx.conf', 'utf8')));
    nginx = spawn(process.env['NGINX'] ?? '', ['-p', folder, '-c', configuration], { stdio: 'ignore' });
    while ((await send('/').catch(() => undefined)) === undefined);
  }

  /** The file with a port, a certificate and a service of its own. */
  function writeConfiguration(port: number, file: string): string {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const subject = ['-subj', '/CN=metrics.example.org'];
    const files = ['-keyout', key, '-out', certificate];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject], {
      stdio: 'ignore',
    });
    const server = file
      .replace('listen 443', `listen 127.0.0.1:${port}`)
      .replace('127.0.0.1:8080', new URL(service.url).host)
      .replace('/etc/ssl/certs/metrics.example.org.pem', certificate)
      .replace('/etc/ssl/private/metrics.example.org.key', key);
    const path = join(folder, 'nginx.conf');
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    const http = `access_log ${folder}/access.log; ${temporary.join(' ')}\n${server}`;
    writeFileSync(path, `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events {} http { ${http} }`);
    return path;
  }

  async function send(path: string, headers: Record<string, string> = {}, body?: string): Promise<number> {
    const method = body === undefined ? 'GET' : 'POST';
    // The certificate is signed by nobody.
    const sent = request(url + path, { method, headers, rejectUnauthorized: false }).end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode ?? 0;
  }

  /** The statuses of usages, each with another address in X-Forwarded-For. */
  async function sendUsages(): Promise<number[]> {
    const statuses: number[] = [];
    for (let address = 0; address <= RATE_LIMIT; address++) {
      const headers = {
        'Content-Type': 'application/json',
        'User-Agent': FIREFOX,
        'X-Forwarded-For': `192.0.2.${address}`,
      };
      const body = JSON.stringify(aPageview({ client_session_id: String(address) }));
      statuses.push(await send('/_/metrics/events/counted_usage/', headers, body));
    }
    return statuses;
  }

  it('makes the API public, and nothing else', async () => {
    await startNginx();
    const paths = ['/_/metrics/openapi.json', '/metrics', '/health/ready', '/'];
    expect(await Promise.all(paths.map((path) => send(path)))).toEqual([200, 404, 404, 404]);
  });

  it('tells the service where visitors are, whatever they say themselves', async () => {
    await startNginx();
    const statuses = await sendUsages();
    expect(statuses).toContain(201);
    expect(statuses.at(-1)).toBe(429);
    expect(service.output.filter((line) => line.includes('TRUSTED_PROXIES'))).toEqual([]);
    expect(readFileSync(join(folder, 'access.log'), 'utf8')).not.toContain('counted_usage');
  });

  it('tells the service where visitors of a content delivery network are', async () => {
    const network = 'set_real_ip_from 192.0.2.0/24';
    await startNginx((file) =>
      file.replace(/# (?=set_real_ip|real_ip)/g, '').replace(network, 'set_real_ip_from 127.0.0.1'),
    );
    expect(new Set(await sendUsages())).toEqual(new Set([201]));
  });
});
