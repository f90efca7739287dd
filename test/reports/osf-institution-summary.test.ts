import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { HOSTILE, INSTITUTION_REPORTS, type OsfDocument } from '../support/institution-reports.js';
import { institutionSummary } from '../support/report-samples.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

describe("departments and summary of an institution in the shapes of the OSF's API", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.nest.get(MetricsRepository).saveReports(INSTITUTION_REPORTS);
  });
  afterAll(async () => await app.stop());

  function urlOf(path: string): string {
    return `/v2/institutions/${path}`;
  }

  async function get(path: string): Promise<OsfDocument> {
    return await app.json<OsfDocument>(urlOf(path), { key: ADMIN_KEY });
  }

  describe('departments', () => {
    it('are resources with most users first, then by name', async () => {
      const { data, meta } = await get('uni/metrics/departments/?page=2&page[size]=1');
      expect(data.map(({ attributes }) => attributes)).toEqual([
        { name: 'Maths', number_of_users: 2 },
        { name: HOSTILE, number_of_users: 1 },
        { name: 'Law', number_of_users: 1 },
        { name: 'N/A', number_of_users: 1 },
      ]);
      expect(data[0]).toMatchObject({ id: 'uni-Maths', type: 'institution-departments' });
      expect(data[3]?.id).toBe('uni-N/A');
      expect(meta).toEqual({ total: 4, version: '2.20' });
    });

    it('each have a link to themselves', async () => {
      for (const resource of (await get('uni/metrics/departments/')).data) {
        const { data } = await app.json<OsfDocument>(resource.links.self, { key: ADMIN_KEY });
        expect(data).toEqual([resource]);
      }
    });

    it('are a file on request', async () => {
      const response = await app.request(urlOf('uni/metrics/departments/?format=csv'), { key: ADMIN_KEY });
      expect(response.headers.get('Content-Disposition')).toContain('institution-department-metrics_2026-11.csv');
      expect((await response.text()).split('\r\n').slice(0, 2)).toEqual(['name,number_of_users', 'Maths,2']);
    });
  });

  describe('the summary', () => {
    it('has the id of the institution', async () => {
      const { data, meta } = await app.json<{ data: object; meta: object }>(urlOf('uni/metrics/summary/'), {
        key: ADMIN_KEY,
      });
      const {
        timestamp: _timestamp,
        institution_id: _id,
        ...counts
      } = institutionSummary('2026-10', 'uni', {
        user_count: 6,
      });
      expect(data).toMatchObject({
        id: 'uni',
        type: 'institution-summary-metrics',
        attributes: JSON.parse(JSON.stringify(counts)) as object,
        relationships: { user: { data: null }, institution: { data: { id: 'uni', type: 'institutions' } } },
        links: { self: urlOf('uni/metrics/summary/?report_yearmonth=2026-10') },
      });
      expect(meta).toEqual({ version: '2.20' });
    });

    it('has no data in a month without a report', async () => {
      const path = urlOf('uni/metrics/summary/?report_yearmonth=2026-09');
      expect(await app.json(path, { key: ADMIN_KEY })).toEqual({ meta: { version: '2.20' } });
    });
  });
});
