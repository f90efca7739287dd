import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The service as a process of its own, as `npm start` runs it. */
export class ServiceProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** Resolves when the service is ready; rejects with what it wrote when it ends before. */
  static async start(environment: Record<string, string>): Promise<ServiceProcess> {
    const child = spawn(process.execPath, ['dist/main.js'], {
      env: { ...process.env, PORT: '0', HOST: '127.0.0.1', RATE_LIMIT_PER_MINUTE: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const errors: string[] = [];
    child.stderr.on('data', (data: Buffer) => errors.push(data.toString()));
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /ready at (http:\/\/[^/]+)/.exec(line)?.[1];
      if (url === undefined) continue;
      child.stdout.resume();
      return new ServiceProcess(url, child);
    }
    throw new Error(errors.join(''));
  }

  /** Resolves with the exit code, null when a signal ended it. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill(signal);
      await exited;
    }
    return this.child.exitCode;
  }
}
