import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { killAtExit } from './server-process.js';

const DEBIAN = '/usr/lib/postgresql';
const NOBODY = 65_534;
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'fsync=off',
  'max_wal_size=4GB',
  'shared_buffers=512MB',
  'maintenance_work_mem=256MB',
  // Log the plan of every query to stderr.
  'shared_preload_libraries=auto_explain',
  'auto_explain.log_min_duration=0',
  'auto_explain.log_format=json',
  'auto_explain.log_analyze=on',
  'auto_explain.log_timing=off',
  'log_line_prefix=',
];

/** Starts PostgreSQL in a temporary directory. `takePlans` returns the plans of all queries since its last call. */
export async function startPostgres() {
  const path = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...(existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : []),
  ].find((each) => existsSync(join(each, 'initdb')));
  if (path === undefined)
    throw new Error('cannot find initdb: install PostgreSQL, or set OSF_DATABASE_URL to the URL of an empty database');
  // PostgreSQL refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const directory = mkdtempSync(join(tmpdir(), 'osf-metrics-bench-postgres-'));
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid);
  const options = ['-D', directory, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(path, 'initdb'), options, { ...user, stdio: 'ignore' });
  const port = await freePort();
  const server = killAtExit(
    spawn(
      join(path, 'postgres'),
      ['-D', directory, '-p', String(port), ...SETTINGS.flatMap((setting) => ['-c', setting])],
      { ...user, stdio: ['ignore', 'ignore', 'pipe'] },
    ),
  );
  const log = new PlanLog();
  await new Promise((resolve, reject) => {
    createInterface({ input: server.stderr }).on('line', (line) => {
      if (line.includes('database system is ready')) resolve();
      log.add(line);
    });
    server.once('exit', (code) => reject(new Error(`postgres exited with code ${code}`)));
  });
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    takePlans: () => log.take(),
    async stop() {
      server.kill('SIGINT');
      await once(server, 'exit');
      rmSync(directory, { recursive: true });
    },
  };
}

/** Parses plans from the server's log: each is a line with its duration, followed by indented lines of JSON. */
class PlanLog {
  plans = [];
  open = undefined;

  add(line) {
    const duration = /duration: ([\d.]+) ms {2}plan:$/.exec(line)?.[1];
    if (duration !== undefined) this.plans.push((this.open = { milliseconds: Number(duration), text: '' }));
    else if (this.open && line.startsWith('\t')) this.open.text += line;
    else this.open = undefined;
  }

  take() {
    return this.plans.splice(0).map(({ milliseconds, text }) => ({ milliseconds, ...JSON.parse(text) }));
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
