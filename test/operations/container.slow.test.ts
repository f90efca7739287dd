import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from '../support/service-process.js';

describe('the container', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8');

  it('has the version of the service as its label', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(dockerfile).toContain(`\nARG VERSION=${version}\n`);
  });

  it('publishes its port on this machine only, as compose.yaml starts it', () => {
    expect(/^ +ports: (.*)$/m.exec(readFileSync('compose.yaml', 'utf8'))?.[1]).toBe("['127.0.0.1:${PORT:-8080}:8080']");
  });

  it.each(['0.0.0.0', '127.0.0.2', '::'])('has a health check that finds the service on HOST=%s', async (host) => {
    const command = /^HEALTHCHECK .*CMD (.*)$/m.exec(dockerfile)?.[1] ?? '';
    const [, ...scripts] = JSON.parse(command) as string[];
    const dataDir = mkdtempSync(join(tmpdir(), 'osf-metrics-container-'));
    const checkHealth = (): number | null =>
      spawnSync(process.execPath, scripts, { env: { ...process.env, DATA_DIR: dataDir } }).status;
    try {
      const service = await ServiceProcess.start({ DATA_DIR: dataDir, HOST: host, LOG_LEVEL: 'warn' });
      expect(checkHealth()).toBe(0);
      await service.end('SIGKILL');
      expect(checkHealth()).toBe(1);
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});
