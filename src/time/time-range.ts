/** From `start` (inclusive) until `end` (exclusive); a missing side is open. */
export interface TimeRange {
  readonly start?: Date;
  readonly end?: Date;
}

/** The time that both ranges have in common; undefined if there is none. */
export function intersect(a: TimeRange, b: TimeRange): TimeRange | undefined {
  const start = a.start && b.start ? new Date(Math.max(a.start.getTime(), b.start.getTime())) : (a.start ?? b.start);
  const end = a.end && b.end ? new Date(Math.min(a.end.getTime(), b.end.getTime())) : (a.end ?? b.end);
  return start && end && start >= end ? undefined : { start, end };
}
