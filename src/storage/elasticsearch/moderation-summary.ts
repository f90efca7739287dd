import type { estypes } from '@elastic/elasticsearch';
import { RegistriesModerationSummary } from '../../usage-events/registries-moderation.js';
import type { Cluster } from './cluster.js';

const MOST_PROVIDERS = 10_000;

type Query = estypes.QueryDslQueryContainer;
type Kind = Exclude<keyof RegistriesModerationSummary, 'provider_id'>;

const withComment: Query = { exists: { field: 'comment' } };
/** Where no moderator looks at submissions, `submit` itself accepts them. */
const byAcceptance: Query = { terms: { trigger: ['submit', 'accept_submission'] } };
const to = (to_state: string): Query => ({ term: { to_state } });

const KINDS: Record<Kind, Query> = {
  transitions_with_comments: withComment,
  transitions_without_comments: { bool: { must_not: [withComment] } },
  submissions: { term: { trigger: 'submit' } },
  accepted_with_embargo: { bool: { filter: [byAcceptance, to('embargo')] } },
  accepted_without_embargo: { bool: { filter: [byAcceptance, to('accepted')] } },
  rejected: { bool: { filter: [{ term: { trigger: 'reject_submission' } }, to('rejected')] } },
  withdrawn: to('withdrawn'),
};

interface ProviderBucket {
  readonly key: string;
  readonly kinds: { readonly buckets: Record<Kind, { readonly doc_count: number }> };
}

export async function summarizeModerations(cluster: Cluster, index: string): Promise<RegistriesModerationSummary[]> {
  const { aggregations } = await cluster.read((client) =>
    client.search<unknown, { providers: { buckets: ProviderBucket[] } }>({
      index,
      ignore_unavailable: true,
      allow_partial_search_results: false,
      size: 0,
      aggs: {
        providers: {
          terms: { field: 'provider_id', size: MOST_PROVIDERS, order: { _key: 'asc' } },
          aggs: { kinds: { filters: { filters: KINDS } } },
        },
      },
    }),
  );
  return (aggregations?.providers.buckets ?? []).map(({ key, kinds }) => {
    const counts = Object.entries(kinds.buckets).map(([kind, { doc_count }]) => [kind, doc_count]);
    const fields = { provider_id: key, ...(Object.fromEntries(counts) as object) };
    return Object.assign(new RegistriesModerationSummary(), fields);
  });
}
