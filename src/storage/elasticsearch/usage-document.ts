import { CountedAuthUsage } from '../../model/counted-auth-usage.js';
import { shortHash } from '../../model/short-hash.js';
import { type Properties, propertiesOf } from './mappings.js';

/** What is stored of a usage: its fields, and what tells double clicks. */
export type UsageDocument = CountedAuthUsage & {
  /** How long before the usage its run of clicks began. */
  readonly click_span_ms: number;
  /** In slot 0 only: the highest slot that was ever taken in its group; left out: 0. See click-groups.ts. */
  readonly click_slots?: number;
};

/** Read back with the usage, never searched. */
const notSearched = { type: 'integer', index: false, doc_values: false } as const;

export function usageProperties(): Properties {
  return { ...propertiesOf(CountedAuthUsage), click_span_ms: notSearched, click_slots: notSearched };
}

/** The id of a slot of a group of clicks: 128 bits of its key, and the number of the slot unless it is 0. */
export function slotId(key: string, slot: number): string {
  const digest = shortHash(key);
  return slot === 0 ? digest : `${digest}.${slot}`;
}
