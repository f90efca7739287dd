import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface CommandResult {
  /** The exit code; null if a signal ended the process. */
  readonly code: number | null;
  readonly out: string;
  /** Standard error, without the line that names the service or store. */
  readonly errors: string;
  /** The service or store that the command says it uses. */
  readonly target?: string;
}

export interface CommandOptions {
  readonly input?: string;
  readonly environment?: Record<string, string>;
  /** Called with the process when it has started. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs `osf-metrics` in its own process. */
export async function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { input = '', environment = {}, onStart } = options;
  const child = spawn(process.execPath, ['dist/cli/main.js', ...args], { env: { ...process.env, ...environment } });
  const [out, errors]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (data: Buffer) => out.push(data));
  child.stderr.on('data', (data: Buffer) => errors.push(data));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  onStart?.(child);
  const [code] = (await once(child, 'close')) as [number | null];
  const [, target, messages = ''] = /^(?:using ([^\n]*)\n)?(.*)$/s.exec(Buffer.concat(errors).toString()) ?? [];
  return { code, out: Buffer.concat(out).toString(), errors: messages, target };
}
