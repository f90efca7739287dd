// Builds the service when a source file is newer than the last build. An installed release has no sources and is built.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

const SOURCES = ['src', 'package.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', '.swcrc'];
const STAMP = 'dist/.built';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** Folders count as well: their time changes when a file is removed. */
function lastChange(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => lastChange(`${path}/${name}`)));
}

function isBuilt() {
  if (!existsSync('src')) return true;
  return existsSync(STAMP) && SOURCES.every((path) => lastChange(path) <= statSync(STAMP).mtimeMs);
}

if (!isBuilt()) {
  const startedAt = new Date();
  // Standard output belongs to the command that runs next.
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 2, 2] });
  writeFileSync(STAMP, '');
  utimesSync(STAMP, startedAt, startedAt);
}
