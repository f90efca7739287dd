import type { Client } from '@elastic/elasticsearch';
import type { UsageMonth } from '../../model/usage-month.js';
import { StoreUnavailableError } from '../metrics.repository.js';
import { orUnavailable } from './client/elasticsearch-errors.js';
import type { IndexNames } from './indexes/index-names.js';
import { newMonth } from './usage-month-index.js';

const CONFLICT = 409;
const CREATED = 201;
/** An update of all usages of a store takes longer than other requests. */
const UPDATE_TIMEOUT_MILLISECONDS = 3_600_000;

/** See `toUnversionedIri`. */
const REMOVE_VERSIONS = `
  String unversioned(def iri) { return /_v[0-9]+$/.matcher(iri).replaceAll('') }
  if (!ctx._source.item_iri.startsWith(ctx._source.platform_iri)) { ctx.op = 'noop'; return }
  ctx._source.item_iri = unversioned(ctx._source.item_iri);
  TreeSet within = new TreeSet();
  for (iri in ctx._source.within_iris) { within.add(unversioned(iri)) }
  ctx._source.within_iris = new ArrayList(within);`;
const VERSIONED_IRI = '.*/[A-Za-z0-9]{5,}_v[0-9]+';

/**
 * Brings the list of months and the indexes of usages into agreement. Adds the months of indexes that were written before
 * the service kept the list, and deletes the indexes that an interrupted removal left behind.
 */
export async function reconcileUsageMonths(client: Client, names: IndexNames, now: Date): Promise<void> {
  const indexes = Object.keys(await orUnavailable(client.indices.get({ index: names.allUsages })));
  if (indexes.length === 0) return;
  const operations = indexes
    .flatMap((index) => names.monthOf(index) ?? [])
    .flatMap((month) => [{ create: { _id: month.toString() } }, newMonth(month, now)]);
  const { items } = await orUnavailable(client.bulk({ index: names.usageMonths, operations, refresh: true }));
  const failure = items.find(({ create }) => create?.error && create.status !== CONFLICT)?.create?.error;
  if (failure) throw new StoreUnavailableError(`Elasticsearch: months could not be added: ${failure.reason ?? ''}`);
  const added = new Set(items.filter(({ create }) => create?.status === CREATED).map(({ create }) => create?._id));
  const older = indexes.filter((index) => added.has(names.monthOf(index)?.toString()));
  if (older.length > 0) await removePreprintVersions(client, older);
  const { hits } = await orUnavailable(
    client.search<UsageMonth>({
      index: names.usageMonths,
      query: { term: { usages_removed: true } },
      size: operations.length,
      allow_partial_search_results: false,
    }),
  );
  const removed = new Set(hits.hits.map(({ _id }) => _id));
  const leftovers = indexes.filter((index) => removed.has(names.monthOf(index)?.toString()));
  if (leftovers.length > 0) await orUnavailable(client.indices.delete({ index: leftovers, ignore_unavailable: true }));
}

/** Gives all versions of a preprint one IRI, in indexes that an older version of the service wrote. */
async function removePreprintVersions(client: Client, index: string[]): Promise<void> {
  await orUnavailable(
    client.updateByQuery(
      {
        index,
        conflicts: 'proceed',
        query: {
          bool: {
            should: [{ regexp: { item_iri: VERSIONED_IRI } }, { regexp: { within_iris: VERSIONED_IRI } }],
            filter: { exists: { field: 'item_iri' } },
            minimum_should_match: 1,
          },
        },
        script: { lang: 'painless', source: REMOVE_VERSIONS },
      },
      { requestTimeout: UPDATE_TIMEOUT_MILLISECONDS },
    ),
  );
}
