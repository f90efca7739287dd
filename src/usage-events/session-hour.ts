import { DOUBLE_CLICK_MILLISECONDS } from '../model/double-click.js';
import { shortKeyedHash } from '../model/short-hash.js';

const MILLISECONDS_PER_HOUR = 3_600_000;
/** The longest time from a usage's arrival until it is stored. */
const MAX_WRITE_DELAY_MILLISECONDS = 60_000;

/** What identifies a visitor: the user, else the client session, else address and user agent. It is never stored. */
export interface Visitor {
  readonly userId: string | null;
  readonly clientSessionId: string | null;
  readonly address: string;
  readonly userAgent: string;
}

/**
 * The pseudonymous id of a visitor in the clock hour (UTC) of an instant.
 *
 * @param secret the secret of the day; without it, nobody can derive the id from the visitor
 */
export function sessionhourId(visitor: Visitor, instant: Date, secret: Buffer): string {
  const hour = instant.toISOString().slice(0, 13);
  return shortKeyedHash(JSON.stringify([...visitorKey(visitor), hour]), secret);
}

/**
 * An instant in each adjacent clock hour that may hold double clicks of a usage: the hour before when the usage is within
 * 30 seconds of it, and the hour after when it can already have usages in the store.
 */
export function adjacentHours(instant: Date, now: Date): Date[] {
  const time = instant.getTime();
  const sinceHour = time % MILLISECONDS_PER_HOUR;
  const nextHour = time - sinceHour + MILLISECONDS_PER_HOUR;
  return [
    ...(sinceHour <= DOUBLE_CLICK_MILLISECONDS ? [time - MILLISECONDS_PER_HOUR] : []),
    ...(nextHour - Math.max(time, now.getTime()) <= MAX_WRITE_DELAY_MILLISECONDS ? [time + MILLISECONDS_PER_HOUR] : []),
  ].map((each) => new Date(each));
}

/** Starts with its kind, so that the id of a user never equals that of a session. */
function visitorKey({ userId, clientSessionId, address, userAgent }: Visitor): string[] {
  if (userId) return ['user', userId];
  if (clientSessionId) return ['session', clientSessionId];
  return ['agent', address, userAgent];
}
