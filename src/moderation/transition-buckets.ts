import type { SchemaObject } from '@nestjs/swagger';
import { fieldsOf } from '../fields/field-declaration.js';
import { RegistriesModerationSummary } from '../model/registries-moderation.js';

type Transition = Exclude<keyof RegistriesModerationSummary, 'provider_id'>;

interface DocumentCount {
  readonly doc_count: number;
}

/** The steps of one provider, in total and by kind. */
type TransitionBucket = { readonly key: string } & DocumentCount & Readonly<Record<Transition, DocumentCount>>;

/** The response of `osf.metrics`, which is a terms aggregation of Elasticsearch. */
export interface TransitionBuckets {
  readonly buckets: readonly TransitionBucket[];
}

const TRANSITIONS = fieldsOf(RegistriesModerationSummary).filter(({ name }) => name !== 'provider_id');

const documentCount: SchemaObject = {
  type: 'object',
  required: ['doc_count'],
  properties: { doc_count: { type: 'integer', minimum: 0 } },
};

/** The schema of `TransitionBuckets`. */
export const TRANSITION_BUCKETS_SCHEMA: SchemaObject = {
  type: 'object',
  required: ['buckets'],
  properties: {
    buckets: {
      type: 'array',
      items: {
        type: 'object',
        required: ['key', 'doc_count', ...TRANSITIONS.map(({ name }) => name)],
        properties: {
          key: { type: 'string', description: 'The id of the provider' },
          doc_count: { type: 'integer', minimum: 0, description: 'All steps' },
          ...Object.fromEntries(TRANSITIONS.map(({ name, description }) => [name, { ...documentCount, description }])),
        },
      },
    },
  },
};

/** Sorts the providers like Elasticsearch: the one with the most steps first, ties by id. */
export function toTransitionBuckets(summaries: readonly RegistriesModerationSummary[]): TransitionBuckets {
  const buckets = summaries.map(toBucket);
  return { buckets: buckets.sort((one, other) => other.doc_count - one.doc_count || (one.key < other.key ? -1 : 1)) };
}

function toBucket(summary: RegistriesModerationSummary): TransitionBucket {
  const { provider_id, ...counts } = summary;
  const transitions = Object.entries(counts).map(([name, doc_count]) => [name, { doc_count }]);
  return {
    key: provider_id,
    doc_count: counts.transitions_with_comments + counts.transitions_without_comments,
    ...(Object.fromEntries(transitions) as Record<Transition, DocumentCount>),
  };
}
