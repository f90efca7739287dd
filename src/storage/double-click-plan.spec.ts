import fc from 'fast-check';
import { DoubleClickPlan, type StoredClick } from './double-click-plan.js';

/** Records clicks in batches, as a store does, and returns the times of the stored ones. */
function record(batches: readonly (readonly number[])[]): number[] {
  const stored = new Map<number, StoredClick<number>>();
  let nextId = 1;
  for (const batch of batches) {
    const plan = new DoubleClickPlan<number, number>((key) =>
      [...stored.values()].filter((click) => click.key === key),
    );
    for (const time of batch) plan.add({ usageId: nextId++, usage: time, time, key: 'k', adjacentKeys: [] });
    for (const id of plan.deleted.keys()) stored.delete(id);
    for (const click of [...plan.widened.values(), ...plan.added.values()]) {
      const { usageId, key, first, last } = click;
      stored.set(usageId, { usageId, key, first, last });
    }
  }
  return [...stored.values()].map(({ last }) => last).sort((a, b) => a - b);
}

/** The rule of COUNTER: a click counts if no other follows within 30 seconds. */
function counted(times: readonly number[]): number[] {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted.filter((time, index) => (sorted[index + 1] ?? Infinity) > time + 30_000);
}

describe('DoubleClickPlan', () => {
  it('keeps the last of two clicks 30 seconds apart, and both if they are further apart', () => {
    expect(record([[0], [30_000]])).toEqual([30_000]);
    expect(record([[0], [30_001]])).toEqual([0, 30_001]);
  });

  it('merges two streaks that a late click connects', () => {
    expect(record([[0, 50_000], [25_000]])).toEqual([50_000]);
  });

  it('gives the same result for any order and batches of clicks', () => {
    const time = fc.integer({ min: 0, max: 300_000 });
    fc.assert(
      fc.property(fc.array(fc.array(time, { maxLength: 6 }), { maxLength: 8 }), (batches) => {
        expect(record(batches)).toEqual(counted(batches.flat()));
      }),
      { numRuns: 2_000 },
    );
  });
});
