import { parse } from 'csv-parse/sync';
import { fieldPathsOf } from '../../src/fields/field-declaration.js';
import type { Report } from '../../src/model/report.js';
import { reportTypeOf } from '../../src/model/report-type.js';
import { MetricsRepository, StoreUnavailableError } from '../../src/storage/metrics.repository.js';
import type { CalendarDate } from '../../src/time/calendar-date.js';
import type { YearMonth } from '../../src/time/year-month.js';
import { downloads, itemUsage, newUsers, SAMPLES } from '../support/report-samples.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

const HOSTILE = '=cmd|\'/c calc\'!A1\t"<script>",\r\n;\u0000 🜁';

describe('a file of reports', () => {
  let app: TestApp;
  let repository: MetricsRepository;

  beforeAll(async () => {
    app = await TestApp.start();
    repository = app.nest.get(MetricsRepository);
    await repository.saveReports([
      ...SAMPLES,
      newUsers('2026-11-22', HOSTILE, 1),
      newUsers('2026-11-21', '-3', 3),
      downloads('2026-11-22', 2),
      downloads('2026-01-01', 1),
    ]);
  });

  afterAll(async () => await app.stop());
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['recent/?format=csv', {}],
    ['recent/', { Accept: 'text/csv' }],
    ['recent/', { Accept: 'text/csv;q=0.9, text/html, */*;q=0.1' }],
  ])('is CSV on request: %s %p', async (path, headers) => {
    const response = await app.request(`reports/download_count/${path}`, { headers });
    expect(response.headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('Content-Disposition')).toBe(
      'attachment; filename="download_count_2026-11-11_to_2026-11-23.csv"',
    );
    expect(response.headers.get('Vary')).toContain('Accept');
    expect(await response.text()).toBe(
      'report_date,daily_file_downloads,timestamp\r\n' +
        '2026-11-23,10000000000,2026-11-24T06:00:00.123Z\r\n' +
        '2026-11-22,2,2026-11-24T06:00:00.123Z\r\n',
    );
  });

  it.each([
    ['recent/?format=tsv', {}],
    ['recent/', { Accept: 'text/tab-separated-values' }],
  ])('is TSV on request: %s %p', async (path, headers) => {
    const response = await app.request(`reports/download_count/${path}`, { headers });
    expect(response.headers.get('Content-Type')).toBe('text/tab-separated-values; charset=utf-8');
    expect(response.headers.get('Content-Disposition')).toContain('.tsv"');
    expect(await response.text()).toBe(
      'report_date\tdaily_file_downloads\ttimestamp\r\n' +
        '2026-11-23\t10000000000\t2026-11-24T06:00:00.123Z\r\n' +
        '2026-11-22\t2\t2026-11-24T06:00:00.123Z\r\n',
    );
  });

  it.each([
    ['recent/?format=json', {}],
    ['recent/', { Accept: 'application/json' }],
  ])('is JSON on request, with the same document as JSON:API: %s %p', async (path, headers) => {
    const response = await app.request(`reports/download_count/${path}`, { headers });
    expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('Content-Disposition')).toContain('.json"');
    expect(await response.json()).toEqual(await app.json('reports/download_count/recent/'));
  });

  it('is a JSON array of the attributes with format=json_report', async () => {
    const response = await app.request('reports/download_count/?format=json_report');
    expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('Content-Disposition')).toBe('attachment; filename="download_count.json"');
    const { data } = await app.json<{ data: { attributes: object }[] }>('reports/download_count/');
    expect(await response.json()).toEqual(data.map(({ attributes }) => attributes));
    const empty = await app.request('reports/download_count/?format=json_report&filter[daily_file_downloads]=77');
    expect(await empty.json()).toEqual([]);
  });

  it.each([undefined, '', '*/*', 'application/vnd.api+json', 'application/*', 'application/json, text/plain, */*'])(
    'is not sent for Accept: %s',
    async (accept) => {
      const response = await app.request('reports/download_count/', {
        headers: accept === undefined ? {} : { Accept: accept },
      });
      expect(response.headers.get('Content-Type')).toBe('application/vnd.api+json; charset=utf-8');
      expect(response.headers.get('Content-Disposition')).toBeNull();
      await response.text();
    },
  );

  it.each(['text/html', 'text/csv;q=0', 'image/*', 'nonsense', ';;'])('returns 406 for Accept: %p', async (accept) => {
    const response = await app.request('reports/download_count/recent/', { headers: { Accept: accept } });
    expect(response.status).toBe(406);
    const { errors } = (await response.json()) as { errors: { source: object }[] };
    expect(errors[0]?.source).toEqual({ header: 'Accept' });
  });

  it.each(['csv', 'tsv', 'json'])('contains all reports as %s, unless the request names a page', async (format) => {
    const whole = await app.request(`reports/download_count/?format=${format}&sort=report_date`);
    expect(whole.headers.get('Content-Disposition')).toBe(`attachment; filename="download_count.${format}"`);
    expect((await whole.text()).match(/2026-\d\d-\d\d\b/g)).toHaveLength(3);
    const page = await app.request(`reports/download_count/?format=${format}&sort=report_date&page[size]=1`);
    expect((await page.text()).match(/2026-\d\d-\d\d\b/g)).toHaveLength(1);
  });

  it.each(SAMPLES.map((report) => [reportTypeOf(report).id, report] as const))(
    'of %s has a column for each field, in the order of the attributes',
    async (id, sample) => {
      const { reportClass } = reportTypeOf(sample);
      const { data } = await app.json<{ data: { attributes: object }[] }>(`reports/${id}/?page[size]=1`, {
        key: ADMIN_KEY,
      });
      for (const [format, delimiter] of [
        ['csv', ','],
        ['tsv', '\t'],
      ] as const) {
        const response = await app.request(`reports/${id}/?format=${format}&page[size]=1`, { key: ADMIN_KEY });
        const [header = [], row = []] = parse(await response.text(), { delimiter });
        const fields = header.flatMap((path, index) => (path === 'item_title' ? [] : [[path, row[index]] as const]));
        const paths = fields.map(([path]) => path);
        expect([...paths].sort()).toEqual(
          fieldPathsOf(reportClass)
            .map(({ path }) => path)
            .sort(),
        );
        expect([...new Set(paths.map((path) => path.split('.')[0]))]).toEqual(Object.keys(data[0]?.attributes ?? {}));
        expect(fields).toEqual(paths.map((path) => [path, expectedCell(sample, path)]));
      }
    },
  );

  it.each([
    ['csv', ','],
    ['tsv', '\t'],
  ])('escapes formulas for spreadsheets as %s', async (format, delimiter) => {
    const response = await app.request(`reports/new_user_domains/?format=${format}&sort=new_user_count`);
    const rows: Record<string, string>[] = parse(await response.text(), { columns: true, delimiter });
    expect(rows.map((row) => row['domain_name'])).toEqual([`'${HOSTILE}`, `'-3`, 'example.org']);
    expect(rows.map((row) => row['new_user_count'])).toEqual(['1', '3', '12']);
  });

  describe('when the store fails', () => {
    it.each(['csv', 'tsv', 'json'])('before the first report, returns 503: %s', async (format) => {
      jest.spyOn(repository, 'streamReports').mockImplementation(() => failingAfter(0));
      for (const path of ['', 'recent/']) {
        const response = await app.request(`reports/download_count/${path}?format=${format}`);
        expect(response.status).toBe(503);
        expect(response.headers.get('Retry-After')).not.toBeNull();
        expect(response.headers.get('Content-Type')).toContain('application/vnd.api+json');
        expect(response.headers.get('Content-Disposition')).toBeNull();
        expect(await response.json()).toMatchObject({ errors: [{ status: '503' }] });
      }
    });

    it.each(['csv', 'tsv', 'json'])(
      'midway, closes the connection, so that the response is not complete: %s',
      async (format) => {
        let calls = 0;
        jest.spyOn(repository, 'streamReports').mockImplementation((_class, { limit = 0 }) => {
          calls += 1;
          return calls < 3 ? generateReports(limit) : failingAfter(7);
        });
        const response = await app.request(`reports/public_item_usage/recent/?format=${format}`);
        expect(response.status).toBe(200);
        await expect(response.text()).rejects.toThrow();
        expect(calls).toBe(3);
      },
    );
  });
});

function expectedCell(report: Report, path: string): string {
  const value = path.split('.').reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], report);
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (!Array.isArray(value)) return (value as string | number | CalendarDate | YearMonth).toString();
  return typeof value[0] === 'object' ? JSON.stringify(value) : value.join('; ');
}

async function* generateReports(count: number): AsyncGenerator<never> {
  for (let index = 0; index < count; index++)
    yield (await Promise.resolve(itemUsage('2026-10', `item${index}`))) as never;
}

async function* failingAfter(count: number): AsyncGenerator<never> {
  yield* generateReports(count);
  throw new StoreUnavailableError('the disk is gone');
}
