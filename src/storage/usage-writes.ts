import type { CountedAuthUsage } from '../model/counted-auth-usage.js';
import type { AdjacentClick } from '../model/double-click.js';

/** A usage to record. */
export interface NewUsage {
  readonly usage: CountedAuthUsage;
  /**
   * The visitor's sessions in the previous and next clock hour, if clicks there may be double clicks of this one: a click
   * just before the full hour and one just after it belong to different sessions.
   */
  readonly adjacentSessions: readonly AdjacentSession[];
}

export interface AdjacentSession extends AdjacentClick {
  /** Any instant in the hour of the session. */
  readonly instant: Date;
}

/** The outcome for one usage. A double click is `recorded`, whether or not it is the click that counts. */
export type RecordOutcome =
  | { readonly status: 'recorded' }
  | { readonly status: 'rejected'; /** Safe to show to the sender. */ readonly reason: string };

/** `unavailable`: the usage was not stored, although others of the same call may have been. Send it again. */
export type StoreOutcome = RecordOutcome | { readonly status: 'unavailable' };

/** What the catalog says of an item that was unknown when its usages were recorded. */
export interface ItemCompletion {
  /** The short id under which the usages were recorded. */
  readonly recordedOsfid: string;
  readonly fields: ItemFields;
}

/** The fields of a usage that come from the catalog. */
export type ItemFields = Pick<
  CountedAuthUsage,
  'database_iri' | 'item_iri' | 'item_osfid' | 'item_type' | 'item_public' | 'provider_id' | 'within_iris'
>;
