import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from '../support/service-process.js';

const PROJECT_FILES = ['dist', 'docs', 'scripts', 'package.json', 'package-lock.json'];
const TIMEOUT_MILLISECONDS = 300_000;

describe('npm pack', () => {
  let folder: string;

  beforeEach(() => {
    // A copy, because packing changes package.json for a moment and other tests read it.
    folder = mkdtempSync(join(tmpdir(), 'osf-metrics-release-'));
    for (const each of PROJECT_FILES) cpSync(each, join(folder, each), { recursive: true });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const run = (command: string, args: readonly string[], cwd: string): string =>
    execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const readInFolder = (path: string): string => readFileSync(join(folder, path), 'utf8');

  it(
    'builds an archive whose installation runs, and contains neither TypeScript nor other packages for development',
    async () => {
      const manifest = readInFolder('package.json');
      const archive = run('npm', ['pack', '--silent'], folder).trim();
      expect(readInFolder('package.json')).toBe(manifest);
      expect(existsSync(join(folder, 'npm-shrinkwrap.json'))).toBe(false);

      run('tar', ['-xzf', archive], folder);
      const installation = join(folder, 'package');
      run('npm', ['ci', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund'], installation);
      for (const each of ['typescript', 'jest', '@swc/core']) {
        expect(existsSync(join(installation, 'node_modules', each))).toBe(false);
      }
      // Fails if a package is missing or none needs it.
      run('npm', ['ls', '--all'], installation);

      const environment = { DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'info' };
      const service = await ServiceProcess.start(environment, join(installation, 'dist/main.js'));
      try {
        for (const path of ['health/ready', '_/metrics/openapi.json', '_/metrics/docs', '_/metrics/dashboard/']) {
          expect((await fetch(`${service.url}/${path}`)).status).toBe(200);
        }
      } finally {
        await service.end('SIGTERM');
      }
      expect(run(process.execPath, ['dist/cli/main.js', '--version'], installation)).toBe(
        `${(JSON.parse(manifest) as { version: string }).version}\n`,
      );
    },
    TIMEOUT_MILLISECONDS,
  );

  it('restores package.json, also if it was interrupted before', () => {
    const manifest = readInFolder('package.json');
    const writeAndRestore = (step: string): string => run('node', ['scripts/release-manifest.js', step], folder);
    writeAndRestore('write');
    expect(JSON.parse(readInFolder('package.json'))).not.toHaveProperty('devDependencies');
    writeAndRestore('write');
    writeAndRestore('restore');
    expect(readInFolder('package.json')).toBe(manifest);
  });
});
