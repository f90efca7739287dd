/** From `start` (inclusive) until `end` (exclusive); a missing side is open. */
export interface TimeRange {
  readonly start?: Date;
  readonly end?: Date;
}
