import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** As in `npm start`. */
export const NODE_OPTIONS = ['--max-old-space-size=1024'];

/** Starts a server in a separate process. `startMilliseconds` is the time until its first response. */
export async function startServer(script, environment) {
  const start = performance.now();
  const child = spawn(process.execPath, [...NODE_OPTIONS, script], {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      RATE_LIMIT_PER_MINUTE: '0',
      RESPONSE_CACHE_MB: '0',
      LOG_LEVEL: 'warn',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
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
    pid: child.pid,
    startMilliseconds: performance.now() - start,
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Sends a query, and reads the response. */
export async function queryService({ url }, path) {
  const response = await fetch(`${url}/_/metrics/query/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}
