import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runCommand } from '../support/command.js';
import { findFreePort } from '../support/free-port.js';
import { eventually } from '../support/reporter-runs.js';
import { ServiceProcess } from '../support/service-process.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
/** As pino writes it. */
const FATAL = 60;

describe('the start and end of the service', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'osf-metrics-log-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  const start = async (environment: Record<string, string> = {}): Promise<ServiceProcess> =>
    await ServiceProcess.start({ DATA_DIR: dataDir, LOG_LEVEL: 'silent', ...environment });
  const messages = ({ output }: ServiceProcess): string[] =>
    output.map((line) => (JSON.parse(line) as { msg: string }).msg);

  it('names the same version everywhere', async () => {
    const service = await start();
    const read = async (path: string): Promise<unknown> => await (await fetch(`${service.url}/${path}`)).json();
    expect(messages(service)[0]).toContain(
      `osf-metrics ${version} is ready at ${service.url}/, listening on HOST=127.0.0.1,`,
    );
    for (const path of ['health/live', 'health/ready']) expect(await read(path)).toMatchObject({ version });
    expect(await read('_/metrics/openapi.json')).toMatchObject({ info: { version } });
    expect(await runCommand(['--version'])).toMatchObject({ code: 0, out: `${version}\n`, errors: '' });
    await service.end('SIGTERM');
    await expect(ServiceProcess.start({ PORT: 'x' })).rejects.toThrow(`osf-metrics ${version} cannot start: PORT=x`);
  });

  it('logs what it is, where it runs, and which signal ends it, at any log level', async () => {
    const service = await start();
    expect(await service.end('SIGTERM')).toBe(0);
    expect(messages(service)).toEqual([
      expect.stringContaining(`${service.url}/_/metrics/docs, storing in the embedded store in ${resolve(dataDir)}`),
      `osf-metrics ${version} stops: received SIGTERM`,
      `osf-metrics ${version} has stopped`,
    ]);
  });

  it('serves, and ends on a signal, while its log cannot be written', async () => {
    const full = openSync('/dev/full', 'w');
    const port = await findFreePort();
    const environment = { ...process.env, DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: String(port) };
    const child = spawn(process.execPath, ['dist/main.js'], { env: environment, stdio: ['ignore', full, 'inherit'] });
    closeSync(full);
    const url = `http://127.0.0.1:${port}/health/ready`;
    const isReady = async (): Promise<boolean> => (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
    await eventually(async () => (await isReady().catch(() => false)) || undefined);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  });

  it('logs the error that ends it, and exits with 1', async () => {
    const broken = "process.on('SIGUSR2',()=>{throw(new(Error)('broken'))})";
    const service = await start({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(broken)}` });
    expect(await service.end('SIGUSR2')).toBe(1);
    const last = JSON.parse(service.output.at(-1) ?? '{}') as object;
    expect(last).toMatchObject({ level: FATAL, msg: `osf-metrics ${version} ends: broken` });
    expect(last).toMatchObject({ stack: expect.stringContaining('Error: broken') as string });
  });
});
