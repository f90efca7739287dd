import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { findFreePort } from './free-port.js';

const BIN = process.env['PROMETHEUS_BIN'] ?? '';

/** `describe` for tests that need Prometheus. */
export const describeWithPrometheus = BIN ? describe : describe.skip;

export interface AlertRule {
  readonly name: string;
  readonly query: string;
  readonly alerts: readonly { readonly state: string; readonly labels: Record<string, string> }[];
}

/** Runs promtool, and returns what it prints. @throws Error when a check fails */
export function promtool(...command: string[]): string {
  return execFileSync(join(BIN, 'promtool'), command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A Prometheus server. */
export class Prometheus {
  private constructor(
    private readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** Resolves when the server is ready. @param folder for its data */
  static async start(configuration: string, folder: string): Promise<Prometheus> {
    const address = `127.0.0.1:${await findFreePort()}`;
    const files = [`--config.file=${configuration}`, `--storage.tsdb.path=${join(folder, 'prometheus')}`];
    const child = spawn(join(BIN, 'prometheus'), [...files, `--web.listen-address=${address}`], { stdio: 'ignore' });
    const url = `http://${address}`;
    while (!(await fetch(`${url}/-/ready`).catch(() => undefined))?.ok) {
      if (child.exitCode !== null) throw new Error(`Prometheus exited with ${child.exitCode}`);
    }
    return new Prometheus(url, child);
  }

  /** The number of series of the result. @throws Error for an invalid expression */
  async countResults(expression: string): Promise<number> {
    const { result } = await this.get<{ result: unknown[] }>(`query?query=${encodeURIComponent(expression)}`);
    return result.length;
  }

  async labelNames(): Promise<string[]> {
    return await this.get<string[]>('labels');
  }

  async alertRules(): Promise<AlertRule[]> {
    const { groups } = await this.get<{ groups: { rules: AlertRule[] }[] }>('rules?type=alert');
    return groups.flatMap(({ rules }) => rules);
  }

  async stop(): Promise<void> {
    this.child.kill();
    await once(this.child, 'exit');
  }

  private async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}`);
    const { data, error } = (await response.json()) as { data: T; error?: string };
    if (error !== undefined) throw new Error(`${path}: ${error}`);
    return data;
  }
}
