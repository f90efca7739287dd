import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hashApiKey } from '../../src/config/api-key.js';
import { aUsage } from '../support/builders.js';
import { ServiceProcess } from '../support/service-process.js';

const DOCUMENT = 'README.md';
const SECTION = 'How to add a monthly report';
const KEY = 'how-to-key';
const PROJECT_FILES = ['src', 'package.json', 'nest-cli.json', '.swcrc', 'tsconfig.json', 'tsconfig.build.json'];

/** A block of code, and the file that the words before it name. */
interface Block {
  readonly language: string;
  readonly text: string;
  readonly file: string;
}

function blocksOf(document: string): Block[] {
  const section = document.split(/^## /m).find((each) => each.startsWith(`${SECTION}\n`)) ?? '';
  const found = section.matchAll(/(?<words>.*?)```(?<language>ts|diff)\n(?<text>.*?)```/gs);
  return [...found].map(({ groups }) => {
    const { words = '', language = '', text = '' } = groups ?? {};
    return { language, text, file: [...words.matchAll(/`(src\/[^`]+\.ts)`/g)].at(-1)?.[1] ?? '' };
  });
}

/** Applies a diff without line numbers: what stays and what goes is looked for from the top down. */
function patched(text: string, diff: string): string {
  const lines = text.split('\n');
  let position = 0;
  for (const change of diff.split('\n').filter((line) => line !== '')) {
    const [sign, line] = [change.slice(0, 1), change.slice(1)];
    if (sign !== '+') {
      const found = lines.indexOf(line, position);
      if (found < 0) throw new Error(`there is no line "${line}"`);
      position = found;
    }
    if (sign === '-') lines.splice(position, 1);
    else if (sign === '+') lines.splice(position, 0, line);
    if (sign !== '-') position += 1;
  }
  return lines.join('\n');
}

describe('a monthly report that is added as README.md says', () => {
  const blocks = blocksOf(readFileSync(DOCUMENT, 'utf8'));
  let folder: string;
  let service: ServiceProcess | undefined;

  beforeAll(() => {
    // Inside the project, so that the packages are found; git and the linters leave the folder alone.
    mkdirSync('coverage', { recursive: true });
    folder = resolve(mkdtempSync(join('coverage', 'add-a-report-')));
    for (const each of PROJECT_FILES) cpSync(each, join(folder, each), { recursive: true });
    for (const { language, text, file } of blocks) {
      const path = join(folder, file);
      writeFileSync(path, language === 'diff' ? patched(readFileSync(path, 'utf8'), text) : text);
    }
  });

  afterAll(async () => {
    await service?.end('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  function inProject(script: string, ...parameters: string[]): void {
    try {
      execFileSync(process.execPath, [resolve('node_modules', script), ...parameters], { cwd: folder, stdio: 'pipe' });
    } catch (error) {
      throw new Error(String((error as { stdout?: Buffer }).stdout), { cause: error });
    }
  }

  async function request<T>(path: string, body?: object): Promise<T> {
    const response = await fetch(`${service?.url}/_/metrics/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${response.status} ${path}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  it('takes two classes and two lines', () => {
    expect(blocks.map(({ language, file }) => `${language} ${file}`)).toEqual([
      'ts src/reports/monthly/provider-downloads.ts',
      'ts src/reporters/provider-downloads.reporter.ts',
      'diff src/reporters/all-reporters.ts',
      'diff src/reports/report-types.ts',
    ]);
  });

  it('has the right types', () => {
    inProject('typescript/bin/tsc', '--noEmit', '--project', 'tsconfig.build.json');
  });

  it('is made, and can be read as JSON and CSV, filtered and sorted', async () => {
    inProject('@nestjs/cli/bin/nest.js', 'build');
    const environment = {
      DATA_DIR: join(folder, 'data'),
      METRICS_API_KEYS: `how-to=admin=${hashApiKey(KEY)}`,
      LOG_LEVEL: 'silent',
    };
    service = await ServiceProcess.start(environment, join(folder, 'dist', 'main.js'));
    const downloads = ['osf', 'osf', 'egap'].map((provider_id, index) => ({
      attributes: aUsage({
        at: `2025-10-0${index + 1}T12:00:00Z`,
        session: provider_id,
        labels: ['download', 'web'],
        usage: { provider_id },
      }),
    }));
    await request('events/counted_usage/batch', { data: downloads });
    const { data } = await request<{ data: { id: string } }>('reporters/provider_downloads/runs', { cycle: '2025-10' });
    for (let state = 'running'; state === 'running';) {
      const run = await request<{ data: { attributes: { state: string } } }>(`reporters/runs/${data.id}`);
      state = run.data.attributes.state;
    }

    const names = await request<{ data: { id: string }[] }>('reports/');
    expect(names.data.map(({ id }) => id)).toContain('provider_downloads');
    const sorted = await request<{ data: { type: string; attributes: object }[] }>(
      'reports/provider_downloads/?sort=-download_count',
    );
    const { type } = sorted.data[0] ?? {};
    expect(type).toBe('cyclic-report:provider_downloads');
    expect(sorted.data.map(({ attributes }) => attributes)).toMatchObject([
      { report_yearmonth: '2025-10', provider_id: 'osf', download_count: 2 },
      { report_yearmonth: '2025-10', provider_id: 'egap', download_count: 1 },
    ]);
    const csv = await fetch(`${service.url}/_/metrics/reports/provider_downloads/?filter[provider_id]=egap&format=csv`);
    expect(await csv.text()).toMatch(
      /^report_yearmonth,download_count,provider_id,timestamp\r\n2025-10,1,egap,\d[^\r]*\r\n$/,
    );
    const reporters = await request<{ data: { id: string; attributes: object }[] }>('reporters/');
    expect(reporters.data.find(({ id }) => id === 'provider_downloads')?.attributes).toMatchObject({
      class_name: 'ProviderDownloadsReporter',
      period: 'monthly',
      schedule: '0 30 6 2 * *',
      latest_run: { cycle: '2025-10', state: 'succeeded', reports_saved: 2 },
    });
    const openApi = await request<{ components: { schemas: object } }>('openapi.json');
    expect(Object.keys(openApi.components.schemas)).toContain('MonthlyProviderDownloadsReport');
  });
});
