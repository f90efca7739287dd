import type { estypes } from '@elastic/elasticsearch';
import { Logger } from '@nestjs/common';
import type { PageviewInfo } from '../../model/counted-auth-usage.js';
import { findComparedUrl, hashUrl, parseWebUrl, toStoredUrl } from '../../model/page-url.js';
import { StoreUnavailableError } from '../metrics.repository.js';
import { bulk, type BulkOperation } from './client/bulk.js';
import type { Cluster } from './client/cluster.js';
import { PointInTime } from './client/point-in-time.js';
import type { IndexNames } from './indexes/index-names.js';
import { URLS_ARE_CLEAN } from './indexes/index-templates.js';
import type { UsageDocument } from './indexes/usage-document.js';
import { usageDocumentId } from './usage-writer.js';

const PAGE_SIZE = 1_000;
/** URLs that may hold more than is stored now: a query, a fragment, user information, or a path of another site. */
const CANDIDATES = [
  { regexp: { 'pageview_info.page_url': '.*[?#].*|https?://[^/]*@.*' } },
  { regexp: { 'pageview_info.referer_url': '.*[?#].*|https?://[^/]*@.*|https?://[^/]*/.*' } },
];

/**
 * Removes user information, queries and fragments from the URLs of usages that an older version of the service stored. Runs
 * beside the service, once for each index.
 *
 * @param getKey returns the key that hashes URLs, so that usages of different URLs stay apart
 */
export async function cleanStoredUrls(
  cluster: Cluster,
  names: IndexNames,
  getKey: () => Promise<Buffer>,
): Promise<void> {
  const logger = new Logger('ElasticsearchRepository');
  const mappings = await cluster.read((client) => client.indices.getMapping({ index: names.allUsages }));
  for (const [index, { mappings: mapping }] of Object.entries(mappings)) {
    if (mapping._meta?.[URLS_ARE_CLEAN] === true) continue;
    const changed = await cleanIndex(cluster, index, await getKey());
    await cluster.write((client) =>
      client.indices.putMapping({ index, _meta: { ...mapping._meta, [URLS_ARE_CLEAN]: true } }),
    );
    logger.log(`${index}: removed queries and user information from the URLs of ${changed} usages`);
  }
}

async function cleanIndex(cluster: Cluster, index: string, key: Buffer): Promise<number> {
  const pit = await PointInTime.open(cluster, index);
  let [changed, after]: [number, estypes.SortResults | undefined] = [0, undefined];
  try {
    for (;;) {
      const hits: estypes.SearchHit<UsageDocument>[] = await pit.search<UsageDocument>({
        query: { bool: { should: CANDIDATES, minimum_should_match: 1 } },
        sort: ['_shard_doc'],
        size: PAGE_SIZE,
        search_after: after,
        seq_no_primary_term: true,
      });
      const operations = hits.flatMap((hit) => cleanUsage(index, hit, key));
      const outcomes = await bulk(cluster, operations);
      const failure = outcomes.find((outcome) => outcome !== 'done');
      if (failure)
        throw new StoreUnavailableError(`Elasticsearch: not all URLs were cleaned: ${JSON.stringify(failure)}`);
      changed += hits.length;
      after = hits.at(-1)?.sort;
      if (hits.length < PAGE_SIZE) return changed;
    }
  } finally {
    await pit.close();
  }
}

/** The id of a usage derives from its page, so most usages get a new one. */
function cleanUsage(index: string, hit: estypes.SearchHit<UsageDocument>, key: Buffer): BulkOperation[] {
  const { _id: id = '', _source, _seq_no: seqNo = 0, _primary_term: primaryTerm = 0 } = hit;
  if (!_source?.pageview_info) return [];
  const version = { seqNo, primaryTerm };
  const pageview_info = cleanPage(_source.pageview_info, id, key);
  const { click_slots: _, ...usage } = { ..._source, pageview_info };
  const newId = usageDocumentId({ ...usage, timestamp: new Date(usage.timestamp) });
  if (newId === id) return [{ index, id, document: { ..._source, pageview_info }, version }];
  return [
    { index, id: newId, document: usage, version: 'any' },
    { index, id, version },
  ];
}

function cleanPage(page: PageviewInfo, id: string, key: Buffer): PageviewInfo {
  const url = parseWebUrl(page.page_url);
  if (!url) return page;
  const referer = parseWebUrl(page.referer_url ?? '');
  return {
    ...page,
    page_url: toStoredUrl(url),
    page_url_hash: findComparedUrl(url) === undefined ? null : hashUrl(id, key),
    referer_url: referer ? (referer.host === url.host ? toStoredUrl(referer) : referer.origin) : null,
  };
}
