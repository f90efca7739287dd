import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

describe('npm start', () => {
  it('passes SIGTERM on to the service, which has stopped when npm ends', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'osf-metrics-npm-'));
    const serviceFile = join(dataDir, 'service.json');
    const environment = { ...process.env, DATA_DIR: dataDir, PORT: '0', HOST: '127.0.0.1' };
    const npm = spawn('npm', ['start'], { env: environment, stdio: ['ignore', 'pipe', 'ignore'] });
    createInterface({ input: npm.stdout }).on('line', (line) => {
      if (line.includes('is ready at')) npm.kill('SIGTERM');
    });
    await once(npm, 'exit');
    const isRunning = existsSync(serviceFile);
    if (isRunning) process.kill((JSON.parse(readFileSync(serviceFile, 'utf8')) as { pid: number }).pid);
    expect(isRunning).toBe(false);
    rmSync(dataDir, { recursive: true });
  });
});
