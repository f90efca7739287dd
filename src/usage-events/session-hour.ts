import { createHmac } from 'node:crypto';
import { DOUBLE_CLICK_MILLISECONDS } from '../model/double-click.js';

const MILLISECONDS_PER_HOUR = 3_600_000;
/** How long a usage may be on its way into the store. */
const LATEST_MILLISECONDS = 60_000;
/** 128 bits. */
const ID_LENGTH = 22;

/** What tells one visitor from another; the first that is given counts. None of it is ever stored. */
export interface Visitor {
  readonly userId: string | null;
  readonly clientSessionId: string | null;
  readonly address: string;
  readonly userAgent: string;
}

/** The id of a visitor in the clock hour (UTC) of an instant, under the secret of that day. */
export function sessionhourId(visitor: Visitor, instant: Date, secret: Buffer): string {
  const hour = instant.toISOString().slice(0, 13);
  return createHmac('sha256', secret)
    .update(JSON.stringify([...visitorKey(visitor), hour]))
    .digest('base64url')
    .slice(0, ID_LENGTH);
}

/**
 * An instant in each clock hour beside that of a usage, where clicks that are one with it can have ended: the hour before
 * when the usage is within 30 seconds of it, and the hour after as soon as anything of it can have been stored.
 */
export function adjacentHours(instant: Date, now: Date): Date[] {
  const time = instant.getTime();
  const sinceHour = time % MILLISECONDS_PER_HOUR;
  const nextHour = time - sinceHour + MILLISECONDS_PER_HOUR;
  return [
    ...(sinceHour <= DOUBLE_CLICK_MILLISECONDS ? [time - MILLISECONDS_PER_HOUR] : []),
    ...(nextHour - Math.max(time, now.getTime()) <= LATEST_MILLISECONDS ? [time + MILLISECONDS_PER_HOUR] : []),
  ].map((each) => new Date(each));
}

/** Says of what kind the key is, so that no user's id can be taken for somebody's session. */
function visitorKey({ userId, clientSessionId, address, userAgent }: Visitor): string[] {
  if (userId) return ['user', userId];
  if (clientSessionId) return ['session', clientSessionId];
  return ['agent', address, userAgent];
}
