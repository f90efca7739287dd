import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** As in `npm start`. */
export const NODE_OPTIONS = ['--max-old-space-size=1024'];

const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Kills a process when this one ends, also after a failure. */
export function killAtExit(child) {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Runs `work` with a server in a separate process. `startMilliseconds` is the time until its first response. */
export async function withServer(script, environment, work) {
  const server = await startServer(script, environment);
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

async function startServer(script, environment) {
  const start = performance.now();
  const key = randomBytes(16).toString('hex');
  const child = killAtExit(
    spawn(process.execPath, [...NODE_OPTIONS, script], {
      env: {
        ...process.env,
        HOST: '127.0.0.1',
        PORT: '0',
        METRICS_API_KEYS: `bench=admin=${createHash('sha256').update(key).digest('hex')}`,
        RATE_LIMIT_PER_MINUTE: '0',
        API_KEY_RATE_LIMIT_PER_MINUTE: '0',
        RESPONSE_CACHE_MB: '0',
        REPORTERS_ENABLED: 'false',
        LOG_LEVEL: 'warn',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const exit = once(child, 'exit');
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /ready at (http:\/\/[^/]+)/.exec(line)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`${script} exited with code ${code}`)));
  });
  await fetch(`${url}/health/ready`);
  return {
    url,
    key,
    pid: child.pid,
    startMilliseconds: performance.now() - start,
    async stop() {
      child.kill('SIGTERM');
      await exit;
    },
  };
}
