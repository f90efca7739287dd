import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The service in its own process, as `npm start` runs it. */
export class ServiceProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    /** The lines of its standard output. */
    readonly output: readonly string[],
  ) {}

  /**
   * Resolves when the service is ready. If it exits before, rejects with its standard error.
   * @param launcher a command that executes the service: its program and arguments
   */
  static async start(
    environment: Record<string, string>,
    main = 'dist/main.js',
    launcher: readonly string[] = [],
  ): Promise<ServiceProcess> {
    const [program, ...args] = [...launcher, process.execPath, '--max-old-space-size=1024', main];
    const child = spawn(program, args, {
      env: { ...process.env, PORT: '0', HOST: '127.0.0.1', RATE_LIMIT_PER_MINUTE: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [output, errors]: [string[], string[]] = [[], []];
    createInterface({ input: child.stderr }).on('line', (line) => errors.push(`${line}\n`));
    const lines = createInterface({ input: child.stdout });
    return await new Promise((resolve, reject) => {
      lines.on('line', (line) => {
        output.push(line);
        const url = /ready at (http:\/\/[^/]+)/.exec(line)?.[1];
        if (url !== undefined) resolve(new ServiceProcess(url, child, output));
      });
      child.once('close', () => reject(new Error(errors.join(''))));
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Resolves with the exit code; null if a signal ended the process. */
  async end(signal: 'SIGTERM' | 'SIGKILL' | 'SIGUSR2'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill(signal);
      await exited;
    }
    return this.child.exitCode;
  }
}
