import type { estypes } from '@elastic/elasticsearch';
import { moderationKey, RegistriesModeration, RegistriesModerationSummary } from '../../model/registries-moderation.js';
import type { TimeRange } from '../../time/time-range.js';
import type { Cluster } from './cluster.js';
import { DeclaredIndex } from './declared-index.js';
import { RECORD_KEY } from './index-templates.js';
import { compileFilter } from './usage-query-search.js';

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

/** Keeps steps of moderation, each once. */
export class Moderations {
  private readonly index: DeclaredIndex<RegistriesModeration>;

  constructor(
    private readonly cluster: Cluster,
    name: string,
  ) {
    this.index = new DeclaredIndex(cluster, RegistriesModeration, name);
  }

  async record(steps: readonly RegistriesModeration[]): Promise<void> {
    await this.index.save(new Map(steps.map((step) => [moderationKey(step), step])));
  }

  stream(range: TimeRange): AsyncIterable<RegistriesModeration> {
    return this.index.stream(within(range), ['timestamp', RECORD_KEY]);
  }

  async count(range: TimeRange): Promise<number> {
    return await this.index.count(within(range));
  }

  async summarize(): Promise<RegistriesModerationSummary[]> {
    const { aggregations } = await this.cluster.read((client) =>
      client.search<unknown, { providers: { buckets: ProviderBucket[] } }>({
        index: this.index.name,
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
}

function within(time: TimeRange): Query {
  return { bool: { filter: compileFilter({ time }) } };
}
