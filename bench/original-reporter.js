import { MonthlyPublicItemUsageReport } from '../dist/reports/monthly/public-item-usage.js';
import { IndexNames } from '../dist/storage/elasticsearch/indexes/index-names.js';

const PRECISION = 40_000;

/**
 * What the original asks the cluster for each item of a month: a search for its usages, one for its latest report before,
 * and one request to save the new one, which is left out here.
 */
export async function searchAsTheOriginalDoes({ client, prefix }, iri, month) {
  const names = new IndexNames(prefix);
  const sessions = { agg_session_count: { cardinality: { field: 'sessionhour_id', precision_threshold: PRECISION } } };
  const isItem = { term: { item_iri: iri } };
  const terms = ['item_osfid', 'item_type', 'platform_iri', 'database_iri', 'provider_id'];
  await client.search({
    index: names.usagesWithin({ start: month.start(), end: month.end() }, month.end()),
    size: 0,
    query: { bool: { filter: [{ term: { item_public: true } }, { term: { within_iris: iri } }] } },
    aggs: {
      agg_by_label: {
        filters: {
          filters: {
            views: { term: { action_labels: 'view' } },
            downloads: { bool: { filter: [{ term: { action_labels: 'download' } }, isItem] } },
          },
        },
        aggs: sessions,
      },
      agg_for_terms: {
        filter: isItem,
        aggs: Object.fromEntries(terms.map((field) => [field, { terms: { field } }])),
      },
    },
  });
  await client.search({
    index: names.allReportsOf(MonthlyPublicItemUsageReport),
    ignore_unavailable: true,
    size: 1,
    query: { bool: { filter: [isItem, { range: { report_yearmonth: { lt: month.toString() } } }] } },
    sort: [{ report_yearmonth: 'desc' }],
  });
}
