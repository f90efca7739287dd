import fc from 'fast-check';
import { COUNTS, History, ITEMS, MONTHS, step } from './usage-history.js';

describe('usage of items by month', () => {
  it('is what a recount of all usages says, whatever happens in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...ITEMS]),
        fc.array(step, { minLength: 3, maxLength: 14 }),
        async (early, steps) => {
          const history = await History.start(early);
          try {
            for (const each of steps) await history.apply(each);
            await history.register(ITEMS);
            await history.look();
            const expectUsage = async (): Promise<void> => {
              for (const name of ITEMS) {
                const { months, total } = await history.usageOf(name);
                for (const ofMonth of MONTHS)
                  expect([name, ofMonth, months.get(ofMonth)]).toEqual([name, ofMonth, history.recount(name, ofMonth)]);
                expect([name, total]).toEqual([name, history.recountUntil(name, '2026-11')]);
              }
            };
            await expectUsage();
            await history.build();
            await expectUsage();
            for (const ofMonth of MONTHS) {
              const reports = await history.reportsOf(ofMonth);
              for (const name of ITEMS) {
                const report = reports.get(name);
                if (!report) continue;
                expect(COUNTS.map((count) => report[count])).toEqual(history.recount(name, ofMonth));
                expect(COUNTS.map((count) => report[`cumulative_${count}`])).toEqual(
                  history.recountUntil(name, ofMonth),
                );
              }
            }
          } finally {
            await history.stop();
          }
        },
      ),
      { numRuns: 12, endOnFailure: true },
    );
  }, 300_000);
});
