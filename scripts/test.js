import { spawn } from 'node:child_process';
import process from 'node:process';

// Workers of jest-light-runner are threads of one process, which share libuv's thread pool. DuckDB and files need it.
const env = { UV_THREADPOOL_SIZE: '32', ...process.env };
const jest = 'node_modules/jest/bin/jest.js';
const options = ['--import', '@swc-node/register/esm-register', '--no-warnings'];
const child = spawn(process.execPath, [...options, jest, ...process.argv.slice(2)], { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
