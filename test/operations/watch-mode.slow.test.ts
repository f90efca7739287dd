import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { findFreePort } from '../support/free-port.js';

const run = promisify(execFile);
const PROJECT_FILES = [
  'src',
  'scripts',
  'package.json',
  'nest-cli.json',
  '.swcrc',
  'tsconfig.json',
  'tsconfig.build.json',
  'tsconfig.dev.json',
];

describe('npm run start:dev', () => {
  let folder: string;
  let port: number;
  let environment: NodeJS.ProcessEnv;
  let watcher: ChildProcessByStdio<null, Readable, null>;

  beforeEach(async () => {
    // Inside the project, where Node finds the packages; git and the linters ignore the folder.
    mkdirSync('coverage', { recursive: true });
    folder = resolve(mkdtempSync(join('coverage', 'watch-mode-')));
    for (const each of PROJECT_FILES) cpSync(each, join(folder, each), { recursive: true });
    port = await findFreePort();
    environment = { ...process.env, PORT: String(port), HOST: '127.0.0.1', DATA_DIR: join(folder, 'data') };
  });
  afterEach(async () => {
    const ended = once(watcher, 'exit');
    // Its process group: the watcher and the service.
    process.kill(-(watcher.pid ?? 0), 'SIGKILL');
    await ended;
    rmSync(folder, { recursive: true });
  });

  it('keeps the service running while commands build the project, and restarts it after a change', async () => {
    watcher = spawn('npm', ['run', 'start:dev'], {
      cwd: folder,
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: watcher.stdout })[Symbol.asyncIterator]();
    const waitForStart = async (): Promise<void> => {
      for (;;) {
        const line = await lines.next();
        if (line.done) throw new Error('the watcher has ended');
        if (line.value.includes('is ready at')) return;
      }
    };
    const runCommand = async (): Promise<string> => {
      const command = ['run', '--silent', 'cli', '--', 'usages', 'count'];
      return (await run('npm', command, { cwd: folder, env: environment })).stderr;
    };
    await waitForStart();
    expect(await runCommand()).toContain(`using the service at http://127.0.0.1:${port}\n`);

    appendFileSync(join(folder, 'src/main.ts'), '// changed\n');
    await waitForStart();
    // Builds again, because the source is newer.
    expect(await runCommand()).toContain(`using the service at http://127.0.0.1:${port}\n`);
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
  });
});
