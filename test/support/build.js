import { execFileSync } from 'node:child_process';

/** Builds the service once, for the tests that start it as a process. */
export default function build() {
  execFileSync(process.execPath, ['scripts/build-if-changed.js'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
