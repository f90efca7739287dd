import { execFileSync } from 'node:child_process';

/** Builds the service once, for the tests that start it as a process. */
export default function build() {
  execFileSync('npm', ['run', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
