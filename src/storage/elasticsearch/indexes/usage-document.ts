import { CountedAuthUsage } from '../../../model/counted-auth-usage.js';
import { type Properties, propertiesOf } from './mappings.js';

/** A stored usage: its declared fields, and the state of the double-click filter. */
export type UsageDocument = CountedAuthUsage & {
  /** The length of the usage's click streak, in milliseconds: the streak begins that long before the usage's timestamp. */
  readonly click_span_ms: number;
  /** In slot 0 only: the highest slot that its click group ever used; undefined for 0. See click-groups.ts. */
  readonly click_slots?: number;
};

const NOT_SEARCHABLE = { type: 'integer', index: false, doc_values: false } as const;

export function usageProperties(): Properties {
  return { ...propertiesOf(CountedAuthUsage), click_span_ms: NOT_SEARCHABLE, click_slots: NOT_SEARCHABLE };
}
