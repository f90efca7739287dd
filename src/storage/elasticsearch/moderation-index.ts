import type { estypes } from '@elastic/elasticsearch';
import { moderationKey, RegistriesModeration, RegistriesModerationSummary } from '../../model/registries-moderation.js';
import type { TimeRange } from '../../time/time-range.js';
import type { Cluster } from './client/cluster.js';
import { RECORD_KEY } from './indexes/index-templates.js';
import { RecordIndex } from './record-index.js';
import { compileTimeRange } from './usage-query-compiler.js';

const MAX_PROVIDERS = 10_000;

type Query = estypes.QueryDslQueryContainer;
type CountName = Exclude<keyof RegistriesModerationSummary, 'provider_id'>;

const HAS_COMMENT: Query = { exists: { field: 'comment' } };
/** A provider without moderation accepts a submission with `submit`. */
const IS_ACCEPTANCE: Query = { terms: { trigger: ['submit', 'accept_submission'] } };
const movesTo = (to_state: string): Query => ({ term: { to_state } });

/** The steps that each count of a summary counts. */
const COUNTED_STEPS: Record<CountName, Query> = {
  transitions_with_comments: HAS_COMMENT,
  transitions_without_comments: { bool: { must_not: [HAS_COMMENT] } },
  submissions: { term: { trigger: 'submit' } },
  accepted_with_embargo: { bool: { filter: [IS_ACCEPTANCE, movesTo('embargo')] } },
  accepted_without_embargo: { bool: { filter: [IS_ACCEPTANCE, movesTo('accepted')] } },
  rejected: { bool: { filter: [{ term: { trigger: 'reject_submission' } }, movesTo('rejected')] } },
  withdrawn: movesTo('withdrawn'),
};

interface ProviderBucket {
  readonly key: string;
  readonly counts: { readonly buckets: Record<CountName, { readonly doc_count: number }> };
}

/** The index of moderation steps. Saving a step again replaces it. */
export class ModerationIndex {
  private readonly index: RecordIndex<RegistriesModeration>;

  constructor(
    private readonly cluster: Cluster,
    name: string,
  ) {
    this.index = new RecordIndex(cluster, RegistriesModeration, name);
  }

  async record(steps: readonly RegistriesModeration[]): Promise<void> {
    await this.index.save(new Map(steps.map((step) => [moderationKey(step), step])));
  }

  stream(range: TimeRange): AsyncIterable<RegistriesModeration> {
    return this.index.stream(isWithin(range), ['timestamp', RECORD_KEY]);
  }

  async count(range: TimeRange): Promise<number> {
    return await this.index.count(isWithin(range));
  }

  async summarize(range: TimeRange): Promise<RegistriesModerationSummary[]> {
    const { aggregations } = await this.cluster.read((client) =>
      client.search<unknown, { providers: { buckets: ProviderBucket[] } }>({
        index: this.index.name,
        ignore_unavailable: true,
        allow_partial_search_results: false,
        size: 0,
        query: isWithin(range),
        aggs: {
          providers: {
            terms: { field: 'provider_id', size: MAX_PROVIDERS, order: { _key: 'asc' } },
            aggs: { counts: { filters: { filters: COUNTED_STEPS } } },
          },
        },
      }),
    );
    return (aggregations?.providers.buckets ?? []).map(({ key, counts }) => {
      const entries = Object.entries(counts.buckets).map(([name, { doc_count }]) => [name, doc_count]);
      const fields = { provider_id: key, ...(Object.fromEntries(entries) as object) };
      return Object.assign(new RegistriesModerationSummary(), fields);
    });
  }
}

function isWithin(range: TimeRange): Query {
  return { bool: { filter: compileTimeRange(range) } };
}
