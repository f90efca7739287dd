import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { adjacentHours, sessionhourId, type Visitor } from './session-hour.js';

const secret = randomBytes(32);
const instant = new Date('2026-11-24T12:34:56Z');
const text = fc.oneof(fc.constant(null), fc.string({ minLength: 1 }));
const visitor = fc.record({ userId: text, clientSessionId: text, address: fc.string(), userAgent: fc.string() });

/** What identifies the visitor, in order of precedence. */
function identityOf({ userId, clientSessionId, address, userAgent }: Visitor): string {
  if (userId !== null) return JSON.stringify(['user', userId]);
  if (clientSessionId !== null) return JSON.stringify(['session', clientSessionId]);
  return JSON.stringify([address, userAgent]);
}

describe('session-hour', () => {
  it('is equal exactly for the same visitor in the same clock hour', () => {
    fc.assert(
      fc.property(visitor, visitor, (one, other) => {
        const same = sessionhourId(one, instant, secret) === sessionhourId(other, instant, secret);
        expect(same).toBe(identityOf(one) === identityOf(other));
      }),
    );
  });

  it('changes with the clock hour', () => {
    const ada = { userId: 'ada', clientSessionId: null, address: '', userAgent: '' };
    const at = (time: string): string => sessionhourId(ada, new Date(time), secret);
    expect(at('2026-11-24T12:00:00.000Z')).toBe(at('2026-11-24T12:59:59.999Z'));
    expect(at('2026-11-24T13:00:00.000Z')).not.toBe(at('2026-11-24T12:59:59.999Z'));
    expect(at('2026-11-25T12:00:00.000Z')).not.toBe(at('2026-11-24T12:00:00.000Z'));
  });

  it('depends on the secret', () => {
    const ada = { userId: 'ada', clientSessionId: null, address: '', userAgent: '' };
    expect(sessionhourId(ada, instant, randomBytes(32))).not.toBe(sessionhourId(ada, instant, secret));
  });

  const hours = (time: string, now = time): string[] =>
    adjacentHours(new Date(time), new Date(now)).map((each) => each.toISOString().slice(11, 13));

  it('has the previous hour as adjacent within 30 seconds of it', () => {
    expect(hours('2026-11-24T12:00:30.000Z')).toEqual(['11']);
    expect(hours('2026-11-24T12:00:30.001Z')).toEqual([]);
    expect(hours('2026-11-24T00:00:00.000Z')).toEqual(['23']);
  });

  it('has the next hour as adjacent from one minute before that hour, however old the usage is', () => {
    expect(hours('2026-11-24T12:58:59.999Z')).toEqual([]);
    expect(hours('2026-11-24T12:59:00.000Z')).toEqual(['13']);
    expect(hours('2026-11-24T12:30:00.000Z', '2026-11-24T12:59:00.000Z')).toEqual(['13']);
    expect(hours('2025-01-01T12:00:00.000Z', '2026-11-24T12:00:00.000Z')).toEqual(['11', '13']);
    expect(hours('2026-11-24T12:59:40.000Z', '2026-11-24T12:58:45.000Z')).toEqual(['13']);
  });
});
