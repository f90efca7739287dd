import { MetricsRepository, type NewUsage } from '../../src/storage/metrics.repository.js';
import { toRecord } from '../support/builders.js';
import { elasticsearchUrl, TestIndexes } from '../support/elasticsearch.js';
import { register } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

const PAGES = 100_000;
const USAGES_PER_BATCH = 2_000;
const VISITORS_PER_DAY = 5_000;
const VIEWS_OF_TOP_PAGE = 3;

interface Analytics {
  readonly data: {
    readonly attributes: {
      readonly unique_visits: readonly { readonly count: number }[];
      readonly popular_pages: readonly object[];
      readonly referer_domain: readonly object[];
    };
  };
}

/** A node of the cluster for tests has a heap of 512 MiB. */
const STORES = [
  { store: 'the embedded store', describeStore: describe, indexes: undefined },
  {
    store: 'Elasticsearch',
    describeStore: elasticsearchUrl === undefined ? describe.skip : describe,
    indexes: elasticsearchUrl === undefined ? undefined : TestIndexes.onOneNode(),
  },
];

for (const { store, describeStore, indexes } of STORES) {
  describeStore(`an item with ${PAGES} pages, referrers and sessions in ${store}`, () => {
    let app: TestApp;

    beforeAll(async () => {
      app = await TestApp.start({ ...indexes?.environment });
      await register(app, 'abc12');
      const repository = app.nest.get(MetricsRepository);
      for (let first = 0; first < PAGES; first += USAGES_PER_BATCH) {
        const numbers = Array.from({ length: USAGES_PER_BATCH }, (_, index) => first + index);
        await repository.recordUsages(numbers.map((number) => view(`page-${number}`, number)));
      }
      const visitors = Array.from({ length: VIEWS_OF_TOP_PAGE }, (_, index) => PAGES + index);
      await repository.recordUsages(visitors.map((visitor) => view('top', visitor)));
      await indexes?.refresh();
    }, 600_000);
    afterAll(async () => {
      await app.stop();
      await indexes?.remove();
    });

    it('has analytics', async () => {
      const { data } = await app.json<Analytics>('query/node_analytics/abc12/month/');
      const { unique_visits, popular_pages, referer_domain } = data.attributes;
      const visits = unique_visits.reduce((sum, { count }) => sum + count, 0);
      expect(Math.abs(visits / (PAGES + VIEWS_OF_TOP_PAGE) - 1)).toBeLessThan(0.02);
      expect(popular_pages).toHaveLength(10);
      expect(popular_pages[0]).toMatchObject({ path: '/abc12/top', count: VIEWS_OF_TOP_PAGE, title: 'Title of top' });
      expect(referer_domain).toHaveLength(10);
    });

    it('has analytics of ten years', async () => {
      const range = 'start_date=2016-11-25&end_date=2026-11-24';
      const { data } = await app.json<Analytics>(`query/node_analytics/abc12/month/?${range}`);
      expect(data.attributes.popular_pages[0]).toMatchObject({ path: '/abc12/top', count: VIEWS_OF_TOP_PAGE });
    });
  });
}

function view(page: string, visitor: number): NewUsage {
  return toRecord({
    at: new Date(Date.UTC(2026, 10, 1 + Math.floor(visitor / VISITORS_PER_DAY), 12)),
    session: `visitor ${visitor}`,
    page: {
      page_url: `https://osf.io/abc12/${page}`,
      page_path: `/abc12/${page}`,
      page_title: `Title of ${page}`,
      referer_url: `https://site-${visitor}.example.org/`,
      referer_domain: `site-${visitor}.example.org`,
      route_name: 'a-route',
    },
  });
}
