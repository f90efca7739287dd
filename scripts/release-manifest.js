// Run by `npm pack`: `write` leaves the packages for development out of package.json and writes npm-shrinkwrap.json
// without them; `restore` undoes it. Even with `--omit=dev`, npm installs a package that the lock file names and that
// is an optional peer of another one: TypeScript, of @nestjs/swagger.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

const MANIFEST = 'package.json';
const SAVED_MANIFEST = 'package.json.saved';
const RELEASE_LOCK = 'npm-shrinkwrap.json';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const writeJson = (path, value) => writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);

function write() {
  // In case that an earlier `npm pack` was interrupted.
  restore();
  const manifest = readJson(MANIFEST);
  const lock = readJson('package-lock.json');
  delete manifest.devDependencies;
  delete lock.packages[''].devDependencies;
  const needed = Object.entries(lock.packages).filter(([, { dev, devOptional }]) => !dev && !devOptional);
  writeJson(RELEASE_LOCK, { ...lock, packages: Object.fromEntries(needed) });
  // Renamed, because build-if-changed.js compares the time of the original.
  renameSync(MANIFEST, SAVED_MANIFEST);
  writeJson(MANIFEST, manifest);
}

function restore() {
  rmSync(RELEASE_LOCK, { force: true });
  if (existsSync(SAVED_MANIFEST)) renameSync(SAVED_MANIFEST, MANIFEST);
}

if (process.argv[2] === 'write') write();
else restore();
