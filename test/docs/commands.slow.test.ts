import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hashApiKey } from '../../src/config/api-key.js';
import { COMMANDS, COMMANDS_NOT_RUN, readBlocks, runCommands } from '../support/document-commands.js';
import { ServiceProcess } from '../support/service-process.js';

const KEY = 'a-key-of-the-documents';
const PROJECT_FILES = ['node_modules', 'dist', 'scripts', 'package.json'];
/** Each command is a process of its own. */
const TIMEOUT_MILLISECONDS = 600_000;
/** Documents whose commands another test runs. */
const RUN_ELSEWHERE = ['README.md'];

/** The first line of each block that no test runs, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'npm ci && npm start          # start the service with an embedded store in ./data':
    'the tests start the service of the current build',
  'install --mode 600 settings.env /etc/osf-metrics.env': 'needs systemd',
  'docker compose exec osf-metrics node dist/cli/main.js backup /data/copy.duckdb': 'needs Docker',
  'sudo env DATA_DIR=/var/lib/osf-metrics osf-metrics usages count': 'needs the data folder of the systemd unit',
  'ELASTICSEARCH_URL=https://es1.example.org:9200,https://es2.example.org:9200 ELASTICSEARCH_CA_FILE=ca.pem \\':
    'needs a cluster; test/storage starts the service on one',
  "export OSF_DATABASE_URL='postgres://osf_metrics:…@db.example.org/osf?sslmode=verify-full'":
    'needs the OSF; test/osf starts the service with its database',
  'npm run cli -- import osf8 --from https://elastic.example.org:9200 --since 2026-07-01':
    "needs the OSF's Elasticsearch; test/cli/import-osf8.slow.test.ts runs the command",
  'npm run cli -- reporters run --reporter provider-downloads --month "$(date -u +%Y-%m)"':
    'needs the code of the page; test/reporters/add-a-report.slow.test.ts runs the reporter',
  'npx @hey-api/openapi-ts --input http://localhost:8080/_/metrics/openapi.json --output ../client':
    'needs packages beside the project; test/openapi/clients.slow.test.ts generates and uses both clients',
};

const documents = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

describe('the documents', () => {
  const blocks = documents.flatMap((document) => readBlocks(document));

  it('mark each command as run or not run, and each other block with its language', () => {
    const languages = [COMMANDS, COMMANDS_NOT_RUN, 'diff', 'html', 'ini', 'json', 'mermaid', 'text', 'ts'];
    expect(languages).toEqual(expect.arrayContaining(blocks.map(({ language }) => language)));
  });

  it('have no command that is not run without a reason', () => {
    const notRun = blocks.filter(({ language }) => language === COMMANDS_NOT_RUN);
    expect(notRun.map(({ text }) => text.split('\n', 1)[0]).sort()).toEqual(Object.keys(NOT_RUN).sort());
  });
});

const documentsToRun = documents
  .filter((document) => !RUN_ELSEWHERE.includes(document))
  .map((document) => ({ document, blocks: readBlocks(document) }))
  .filter(({ blocks }) => blocks.some(({ language }) => language === COMMANDS));

describe('the commands', () => {
  it.each(documentsToRun)(
    'of $document print the documented output',
    async ({ blocks }) => {
      const directory = mkdtempSync(join(tmpdir(), 'osf-metrics-docs-'));
      for (const name of PROJECT_FILES) symlinkSync(resolve(name), join(directory, name));
      cpSync('docs', join(directory, 'docs'), { recursive: true });
      const environment = {
        DATA_DIR: join(directory, 'data'),
        METRICS_API_KEYS: `docs=admin=${hashApiKey(KEY)}`,
        LOG_LEVEL: 'warn',
      };
      const service = await ServiceProcess.start({ ...environment, LOG_LEVEL: 'info' });
      try {
        for (const [index, { language }] of blocks.entries()) {
          if (language !== COMMANDS) continue;
          runCommands(blocks, index, { directory, environment: { ...environment, KEY }, url: service.url });
        }
      } finally {
        await service.end('SIGTERM');
        rmSync(directory, { recursive: true });
      }
    },
    TIMEOUT_MILLISECONDS,
  );
});
