import { createHmac } from 'node:crypto';
import { DOUBLE_CLICK_MILLISECONDS } from './double-click.js';

const MILLISECONDS_PER_HOUR = 3_600_000;
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

/** The instants, one in each clock hour beside the given one, from which it is at most a double click away. */
export function neighbouringHours(instant: Date): Date[] {
  const sinceHour = instant.getTime() % MILLISECONDS_PER_HOUR;
  if (sinceHour <= DOUBLE_CLICK_MILLISECONDS) return [new Date(instant.getTime() - MILLISECONDS_PER_HOUR)];
  if (MILLISECONDS_PER_HOUR - sinceHour <= DOUBLE_CLICK_MILLISECONDS) {
    return [new Date(instant.getTime() + MILLISECONDS_PER_HOUR)];
  }
  return [];
}

/** Says of what kind the key is, so that no user's id can be taken for somebody's session. */
function visitorKey({ userId, clientSessionId, address, userAgent }: Visitor): string[] {
  if (userId) return ['user', userId];
  if (clientSessionId) return ['session', clientSessionId];
  return ['agent', address, userAgent];
}
