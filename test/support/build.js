import { execFileSync } from 'node:child_process';

/** Tests that start the service as its users do need it as it is now. */
export default function build() {
  execFileSync('npm', ['run', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
