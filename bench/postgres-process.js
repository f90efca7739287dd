import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

const DEBIAN = '/usr/lib/postgresql';
const NOBODY = 65_534;
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'fsync=off',
  'max_wal_size=4GB',
  'shared_buffers=512MB',
  'maintenance_work_mem=256MB',
  // The plan of every query goes to stderr.
  'shared_preload_libraries=auto_explain',
  'auto_explain.log_min_duration=0',
  'auto_explain.log_format=json',
  'auto_explain.log_analyze=on',
  'auto_explain.log_timing=off',
  'log_line_prefix=',
];

/** Starts a PostgreSQL on a folder that goes with it; `takePlans` gives the plans of the queries since it was last called. */
export async function startPostgres() {
  const path = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...(existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : []),
  ].find((each) => existsSync(join(each, 'initdb')));
  if (path === undefined)
    throw new Error('there is no PostgreSQL on this machine: give the URL of one in OSF_DATABASE_URL');
  // PostgreSQL refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const directory = mkdtempSync(join(tmpdir(), 'osf-metrics-bench-postgres-'));
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid);
  const options = ['-D', directory, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(path, 'initdb'), options, { ...user, stdio: 'ignore' });
  const port = await freePort();
  const server = spawn(
    join(path, 'postgres'),
    ['-D', directory, '-p', String(port), ...SETTINGS.flatMap((setting) => ['-c', setting])],
    { ...user, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const log = new PlanLog();
  await new Promise((resolve, reject) => {
    createInterface({ input: server.stderr }).on('line', (line) => {
      if (line.includes('database system is ready')) resolve();
      log.add(line);
    });
    server.once('exit', (code) => reject(new Error(`postgres ended with ${code}`)));
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

/** Reads plans from the server's log, where each is a line with its duration, and indented lines of JSON next to it. */
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
