import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { hashApiKey } from '../../src/config/api-key.js';
import { aUsage, type UsageTraits } from '../support/builders.js';
import { ServiceProcess } from '../support/service-process.js';

const DOCUMENT = 'docs/adding-reports.md';
const MONTHLY_REPORT = 'How to add a monthly report';
const OWN_MODULE = 'How to add a reporter in its own module';
const QUERY = 'How to add a query';
const KEY = 'how-to-key';
const PROJECT_FILES = ['src', 'package.json', 'nest-cli.json', '.swcrc', 'tsconfig.json', 'tsconfig.build.json'];

/** A code block, and the file that the text before it names. */
interface Block {
  readonly language: string;
  readonly text: string;
  readonly file: string;
}

interface Resources {
  readonly data: readonly { readonly id: string; readonly type: string; readonly attributes: object }[];
}

function readBlocks(document: string, title: string): Block[] {
  const section = document.split(/^## /m).find((each) => each.startsWith(`${title}\n`)) ?? '';
  const found = section.matchAll(/(?<words>.*?)```(?<language>ts|diff)\n(?<text>.*?)```/gs);
  return [...found].map(({ groups }) => {
    const { words = '', language = '', text = '' } = groups ?? {};
    return { language, text, file: [...words.matchAll(/`(src\/[^`]+\.ts)`/g)].at(-1)?.[1] ?? '' };
  });
}

/** Applies a diff without line numbers: context and removed lines are searched from the top down. */
function patch(text: string, diff: string): string {
  const lines = text.split('\n');
  let position = 0;
  for (const change of diff.split('\n').filter((line) => line !== '')) {
    const [sign, line] = [change.slice(0, 1), change.slice(1)];
    if (sign !== '+') {
      const found = lines.indexOf(line, position);
      if (found < 0) throw new Error(`the file has no line "${line}"`);
      position = found;
    }
    if (sign === '-') lines.splice(position, 1);
    else if (sign === '+') lines.splice(position, 0, line);
    if (sign !== '-') position += 1;
  }
  return lines.join('\n');
}

function describeBlocks(blocks: readonly Block[]): string[] {
  return blocks.map(({ language, file }) => `${language} ${file}`);
}

describe('the code of docs/adding-reports.md', () => {
  const document = readFileSync(DOCUMENT, 'utf8');
  const monthlyReport = readBlocks(document, MONTHLY_REPORT);
  const ownModule = readBlocks(document, OWN_MODULE);
  const query = readBlocks(document, QUERY);
  const itIfDocumented = ownModule.length > 0 ? it : it.skip;
  let folder: string;
  let service: ServiceProcess | undefined;

  beforeAll(async () => {
    // Inside the project, where Node finds the packages; git and the linters ignore the folder.
    mkdirSync('coverage', { recursive: true });
    folder = resolve(mkdtempSync(join('coverage', 'add-a-report-')));
    for (const each of PROJECT_FILES) cpSync(each, join(folder, each), { recursive: true });
    for (const { language, text, file } of [...monthlyReport, ...ownModule, ...query]) {
      const path = join(folder, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, language === 'diff' ? patch(readFileSync(path, 'utf8'), text) : text);
    }
    runInProject('@nestjs/cli/bin/nest.js', 'build');
    const environment = {
      DATA_DIR: join(folder, 'data'),
      METRICS_API_KEYS: `how-to=admin=${hashApiKey(KEY)}`,
      LOG_LEVEL: 'silent',
    };
    service = await ServiceProcess.start(environment, join(folder, 'dist', 'main.js'));
  });

  afterAll(async () => {
    await service?.end('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  function runInProject(script: string, ...parameters: string[]): void {
    try {
      execFileSync(process.execPath, [resolve('node_modules', script), ...parameters], { cwd: folder, stdio: 'pipe' });
    } catch (error) {
      throw new Error(String((error as { stdout?: Buffer }).stdout), { cause: error });
    }
  }

  async function fetchPath(path: string, body?: object): Promise<Response> {
    const response = await fetch(`${service?.url}/_/metrics/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${response.status} ${path}: ${await response.text()}`);
    return response;
  }

  async function request<T>(path: string, body?: object): Promise<T> {
    return (await (await fetchPath(path, body)).json()) as T;
  }

  async function record(usages: readonly UsageTraits[]): Promise<void> {
    await request('events/counted_usage/batch', { data: usages.map((traits) => ({ attributes: aUsage(traits) })) });
  }

  async function run(reporter: string, cycle: string): Promise<void> {
    const { data } = await request<{ data: { id: string } }>(`reporters/${reporter}/runs`, { cycle });
    for (let state = 'running'; state === 'running';) {
      const { data: current } = await request<{ data: { attributes: { state: string } } }>(`reporters/runs/${data.id}`);
      state = current.attributes.state;
    }
  }

  async function findReporter(id: string): Promise<object | undefined> {
    const { data } = await request<Resources>('reporters/');
    return data.find((each) => each.id === id)?.attributes;
  }

  async function schemaNames(): Promise<string[]> {
    const { components } = await request<{ components: { schemas: object } }>('openapi.json');
    return Object.keys(components.schemas);
  }

  it('adds a monthly report with two classes and two lines', () => {
    expect(describeBlocks(monthlyReport)).toEqual([
      'ts src/reports/monthly/provider-downloads.ts',
      'ts src/reporters/provider-downloads.reporter.ts',
      'diff src/reporters/all-reporters.ts',
      'diff src/reports/report-types.ts',
    ]);
  });

  itIfDocumented('adds a reporter in its own module with a service, a module and a line for each list', () => {
    expect(describeBlocks(ownModule)).toEqual([
      'ts src/reports/daily/traffic-sources.ts',
      'ts src/reporters/traffic-sources/search-engines.service.ts',
      'ts src/reporters/traffic-sources/traffic-sources.reporter.ts',
      'ts src/reporters/traffic-sources/traffic-sources.module.ts',
      'diff src/app.module.ts',
      'diff src/reports/report-types.ts',
    ]);
  });

  it('has the right types', () => {
    runInProject('typescript/bin/tsc', '--noEmit', '--project', 'tsconfig.build.json');
  });

  it('makes the monthly report, which can be read as JSON and CSV, filtered and sorted', async () => {
    await record(
      ['osf', 'osf', 'egap'].map((provider_id, index) => ({
        at: `2025-10-0${index + 1}T12:00:00Z`,
        session: provider_id,
        labels: ['download', 'web'],
        usage: { provider_id },
      })),
    );
    await run('provider_downloads', '2025-10');

    const names = await request<Resources>('reports/');
    expect(names.data.map(({ id }) => id)).toContain('provider_downloads');
    const sorted = await request<Resources>('reports/provider_downloads/?sort=-download_count');
    expect(sorted.data[0]?.type).toBe('cyclic-report:provider_downloads');
    expect(sorted.data.map(({ attributes }) => attributes)).toMatchObject([
      { report_yearmonth: '2025-10', provider_id: 'osf', download_count: 2 },
      { report_yearmonth: '2025-10', provider_id: 'egap', download_count: 1 },
    ]);
    const csv = await fetchPath('reports/provider_downloads/?filter[provider_id]=egap&format=csv');
    expect(await csv.text()).toMatch(
      /^report_yearmonth,provider_id,download_count,timestamp\r\n2025-10,egap,1,\d[^\r]*\r\n$/,
    );
    expect(await findReporter('provider_downloads')).toMatchObject({
      class_name: 'ProviderDownloadsReporter',
      period: 'monthly',
      schedule: '0 30 6 2 * *',
      latest_run: { cycle: '2025-10', state: 'succeeded', reports_saved: 2 },
    });
    expect(await schemaNames()).toContain('MonthlyProviderDownloadsReport');
  });

  itIfDocumented('makes the daily report of the module, with its nested field and its list', async () => {
    await record(
      ['www.google.com', 'bing.com', 'www.google.com', 'blog.example.org'].map((referer_domain, index) => ({
        at: `2025-11-05T1${index}:00:00Z`,
        page: { referer_domain, referer_url: `https://${referer_domain}/` },
      })),
    );
    await run('traffic_sources', '2025-11-05');

    const { data } = await request<Resources>('reports/traffic_sources/?filter[views.search_engines]=3');
    expect(data.map(({ attributes }) => attributes)).toMatchObject([
      {
        report_date: '2025-11-05',
        views: { search_engines: 3, other_sites: 1 },
        search_engine_domains: ['www.google.com', 'bing.com'],
      },
    ]);
    const csv = await (await fetchPath('reports/traffic_sources/?format=csv')).text();
    const header = csv.slice(0, csv.indexOf('\r\n')).split(',');
    for (const column of ['views.search_engines', 'views.other_sites', 'search_engine_domains']) {
      expect(header).toContain(column);
    }
    expect(await findReporter('traffic_sources')).toMatchObject({
      class_name: 'TrafficSourcesReporter',
      period: 'daily',
      schedule: '0 0 6 * * *',
      latest_run: { cycle: '2025-11-05', state: 'succeeded', reports_saved: 1 },
    });
    expect(await schemaNames()).toContain('DailyTrafficSourcesReport');
  });

  it('adds a query with two classes and two lines, whose result can be read as JSON and CSV', async () => {
    expect(describeBlocks(query)).toEqual([
      'ts src/queries/search-count.query.ts',
      'ts src/queries/search-count.controller.ts',
      'diff src/queries/queries.module.ts',
    ]);
    await record(['2025-12-01', '2025-12-03'].map((day) => ({ at: `${day}T12:00:00Z`, labels: ['search', 'web'] })));

    const range = 'start_date=2025-12-01&end_date=2026-01-01';
    const { data } = await request<{ data: object }>(`query/search_count/?${range}`);
    expect(data).toMatchObject({
      type: 'search-count',
      attributes: {
        searches: [
          { date: '2025-12-01', count: 1 },
          { date: '2025-12-02', count: 0 },
          { date: '2025-12-03', count: 1 },
        ],
      },
    });
    const csv = await (await fetchPath(`query/search_count/?${range}&format=csv&total=true`)).text();
    expect(csv).toMatch(/^date,count\r\n2025-12-01,1\r\n.*\r\nTotal,2\r\n$/s);
    expect(await schemaNames()).toContain('SearchCount');
  });
});
