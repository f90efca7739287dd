import { ApiKeys } from '../../src/http/auth/api-keys.service.js';
import { reportTypeOf } from '../../src/model/report-type.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { SAMPLE_TIMESTAMP, SAMPLES } from '../support/report-samples.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

const READER_KEY = 'reader-key';
const PUBLIC = [
  'download_count',
  'institution_summary',
  'new_user_domains',
  'node_summary',
  'osfstorage_file_count',
  'preprint_summary',
  'storage_addon_usage',
  'user_summary',
  'spam_summary',
  'public_item_usage',
];
const PRIVATE = [
  'counter_item_usage',
  'counter_platform_usage',
  'institutional_users',
  'institution_summary_monthly',
  'private_spam_metrics',
];

interface TypeDescription {
  readonly description: string;
  readonly period: string;
  readonly latest_cycle: string | null;
  readonly fields: readonly { readonly path: string }[];
}

interface TypeListDocument {
  data: { id: string; type: string; attributes: TypeDescription; links: { recent: string } }[];
}

interface ReportListDocument {
  data: { id: string; type: string; attributes: Record<string, unknown> }[];
}

describe('report types', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    app.nest.get(ApiKeys).add('test', READER_KEY, ['reports:read-private']);
    await app.nest.get(MetricsRepository).saveReports(SAMPLES);
  });

  afterAll(async () => await app.stop());

  it('are listed without the private ones, each with an absolute link to its recent reports', async () => {
    const { data } = await app.json<TypeListDocument>('reports/');
    expect(data.map(({ id }) => id)).toEqual(PUBLIC);
    for (const { id, type, links } of data) {
      expect(type).toBe('metrics-report-name');
      expect(links).toEqual({ recent: `/_/metrics/reports/${id}/recent/` });
      expect((await app.request(links.recent)).status).toBe(200);
    }
  });

  it('are described with their fields, units and latest cycle', async () => {
    const { data } = await app.json<TypeListDocument>('reports/', { key: ADMIN_KEY });
    for (const report of SAMPLES) {
      const attributes = data.find(({ id }) => id === reportTypeOf(report).id)?.attributes;
      expect(attributes?.latest_cycle).toBe(report.cycle.toString());
      expect(attributes?.description).toBe(reportTypeOf(report).description);
    }
    const [downloads] = data;
    expect(downloads?.attributes).toMatchObject({ period: 'daily' });
    const storage = data.find(({ id }) => id === 'osfstorage_file_count')?.attributes.fields;
    expect(storage).toContainEqual({
      path: 'files.total',
      description: expect.any(String) as string,
      kind: 'integer',
      is_list: false,
      unit: 'files',
    });
  });

  it.each([ADMIN_KEY, READER_KEY])('are all listed for the %s', async (key) => {
    const response = await app.request('reports', { key });
    expect(response.headers.get('Cache-Control')).toBe('private, no-store');
    expect(response.headers.get('Vary')).toContain('Authorization');
    const { data } = (await response.json()) as TypeListDocument;
    expect(data.map(({ id }) => id)).toEqual([...PUBLIC, ...PRIVATE]);
  });

  it.each(SAMPLES.map((report) => [reportTypeOf(report).id, report] as const))(
    'of %s: returns every field as it was saved, the cycle first and the timestamp last',
    async (id, report) => {
      const { data } = await app.json<ReportListDocument>(`reports/${id}/recent/`, { key: ADMIN_KEY });
      const { timestamp, report_date, report_yearmonth, ...fields } = report as unknown as Record<string, unknown>;
      const cycle = report_date ? { report_date } : { report_yearmonth };
      const attributes = { ...cycle, ...fields, timestamp };
      const expected = { id: report.id, type: `cyclic-report:${id}`, attributes };
      expect(data).toEqual(JSON.parse(JSON.stringify([expected])));
      expect(data[0]?.attributes['timestamp']).toBe(SAMPLE_TIMESTAMP);
      const names = Object.keys(data[0]?.attributes ?? {});
      expect([names[0], names.at(-1)]).toEqual([Object.keys(cycle)[0], 'timestamp']);
    },
  );

  it.each(PRIVATE.flatMap((id) => [`reports/${id}`, `reports/${id}/recent?format=csv`]))(
    '%s: returns 404 without the scope reports:read-private, as for an unknown type',
    async (path) => {
      for (const key of [undefined, TRUSTED_KEY, 'unknown-key']) {
        const response = await app.request(path, { key });
        expect(response.status).toBe(404);
        expect(((await response.json()) as { errors: { title: string }[] }).errors[0]?.title).toBe(
          'unknown report name',
        );
      }
      for (const key of [ADMIN_KEY, READER_KEY]) {
        const response = await app.request(path, { key });
        expect(response.status).toBe(200);
        expect(response.headers.get('Cache-Control')).toBe('private, no-store');
        await response.text();
      }
    },
  );

  it.each(['nonsense', 'Download_Count', '__proto__', '%00', '%F0%9F%98%80', '%2e%2e%2f', 'a'.repeat(255)])(
    'returns 404 for the unknown id %s',
    async (id) => {
      for (const path of [`reports/${id}/`, `reports/${id}/recent/`]) {
        const response = await app.request(path);
        expect(response.status).toBe(404);
        expect(response.headers.get('Content-Type')).toContain('application/vnd.api+json');
        const { errors } = (await response.json()) as { errors: { title: string; detail: string }[] };
        expect(errors).toHaveLength(1);
        expect(errors[0]?.title).toBe('unknown report name');
      }
    },
  );

  it('names the unknown id in the error', async () => {
    const response = await app.request('reports/nonsense/recent/');
    expect(await response.json()).toEqual({
      errors: [{ status: '404', title: 'unknown report name', detail: 'unknown report: "nonsense"' }],
    });
  });

  it.each(['reports/', 'reports/download_count/', 'reports/download_count/recent/'])(
    'returns 405 for other methods on %s',
    async (path) => {
      const response = await app.request(path, { method: 'DELETE' });
      expect(response.status).toBe(405);
      expect(response.headers.get('Allow')).toBe('GET, HEAD');
    },
  );

  it.each(['reports/', 'reports/download_count/', 'reports/download_count/recent/?format=csv'])(
    'returns the headers of GET for HEAD on %s',
    async (path) => {
      const [get, head] = [await app.request(path), await app.request(path, { method: 'HEAD' })];
      expect(head.status).toBe(200);
      expect(head.headers.get('Content-Type')).toBe(get.headers.get('Content-Type'));
      expect(head.headers.get('Cache-Control')).toBe('public, max-age=60');
      expect(await head.text()).toBe('');
      expect(await get.text()).not.toBe('');
    },
  );
});

describe('links to recent reports', () => {
  it.each<Record<string, string>>([
    { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'javascript' },
    { Host: 'evil.example' },
  ])('do not depend on the headers %p', async (headers) => {
    const app = await TestApp.start({ TRUSTED_PROXIES: '1' });
    const response = await app.request('reports/', { headers });
    expect(await response.text()).not.toMatch(/evil|javascript/);
    await app.stop();
  });

  it('start with the configured public URL', async () => {
    const app = await TestApp.start({ PUBLIC_URL: 'https://metrics.example.org/osf/' });
    const { data } = await app.json<TypeListDocument>('reports/');
    expect(data[0]?.links.recent).toBe('https://metrics.example.org/osf/_/metrics/reports/download_count/recent/');
    await app.stop();
  });
});

// A service of its own: on Elasticsearch, its start removes the data of the one before.
describe('report types without reports', () => {
  it('have no latest cycle', async () => {
    const app = await TestApp.start();
    const { data } = await app.json<TypeListDocument>('reports/');
    expect(data.map(({ attributes }) => attributes.latest_cycle)).toEqual(PUBLIC.map(() => null));
    await app.stop();
  });
});
