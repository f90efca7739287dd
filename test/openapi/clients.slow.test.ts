import { execFile } from 'node:child_process';
import { cp, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

const CLIENTS = 'test/openapi/clients';
const python = process.env['TEST_OPENAPI_PYTHON'];
const run = promisify(execFile);

const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types: ['node'],
    strict: true,
    outDir: 'dist',
  },
  files: ['use-client.ts'],
};

/** What each client prints. */
const RESULTS = {
  title: 'A study of studies',
  status: 'recorded',
  views: 1,
  detail: 'no item "nothing" is known',
};

describe('clients that are generated from the OpenAPI document', () => {
  let app: TestApp;
  let documentUrl: string;

  beforeEach(async () => {
    app = await TestApp.start();
    documentUrl = `${app.url}/_/metrics/openapi.json`;
  });
  afterEach(async () => await app.stop());

  it('@hey-api/openapi-ts generates a client without a warning, which tsc compiles and which works', async () => {
    const folder = join(app.dataDir, 'typescript');
    const output = join(folder, 'client');
    const generated = await run('node_modules/.bin/openapi-ts', ['--input', documentUrl, '--output', output]);
    expect(generated.stderr).toBe('');
    expect(generated.stdout).not.toMatch(/warn|error|skip|⚠/i);
    await cp(`${CLIENTS}/use-client.ts`, join(folder, 'use-client.ts'));
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
    await run('node_modules/.bin/tsc', ['--project', folder]);
    const { stdout } = await run(process.execPath, [join(folder, 'dist/use-client.js'), app.url, ADMIN_KEY]);
    expect(JSON.parse(stdout)).toEqual(RESULTS);
  });

  (python === undefined ? it.skip : it)(
    'openapi-python-client generates a client without a warning, which works',
    async () => {
      const bin = dirname(python ?? '');
      const folder = join(app.dataDir, 'python');
      const config = `${CLIENTS}/openapi-python-client.yaml`;
      await run(
        join(bin, 'openapi-python-client'),
        ['generate', '--url', documentUrl, '--output-path', folder, '--config', config, '--fail-on-warning'],
        { env: { ...process.env, PATH: [bin, process.env['PATH']].join(delimiter) } },
      );
      const { stdout } = await run(python ?? '', [`${CLIENTS}/use_client.py`, app.url, ADMIN_KEY], {
        env: { ...process.env, PYTHONPATH: folder },
      });
      expect(JSON.parse(stdout)).toEqual(RESULTS);
    },
  );
});
