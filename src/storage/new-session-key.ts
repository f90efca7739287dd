import { randomBytes } from 'node:crypto';
import type { CalendarDate } from '../time/calendar-date.js';
import type { SessionKey } from './metrics.repository.js';

const SECRET_BYTES = 32;

/** A session key for `findOrCreateSessionKey`. */
export function newSessionKey(date: CalendarDate, createdAt: Date): SessionKey {
  return { date, secret: randomBytes(SECRET_BYTES), createdAt };
}
