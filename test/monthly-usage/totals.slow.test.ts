import fc from 'fast-check';
import { COUNTS, History, type ItemName, ITEMS, MONTHS, step } from './usage-history.js';

async function expectUsage(history: History, name: ItemName): Promise<void> {
  const { months, total } = await history.usageOf(name);
  for (const ofMonth of MONTHS)
    expect([name, ofMonth, months.get(ofMonth)]).toEqual([name, ofMonth, history.recount(name, ofMonth)]);
  expect([name, total]).toEqual([name, history.recountUntil(name, '2026-11')]);
}

async function expectReports(history: History, ofMonth: string): Promise<void> {
  const reports = await history.reportsOf(ofMonth);
  for (const name of ITEMS) {
    const report = reports.get(name);
    if (!report) continue;
    expect(COUNTS.map((count) => report[count])).toEqual(history.recount(name, ofMonth));
    expect(COUNTS.map((count) => report[`cumulative_${count}`])).toEqual(history.recountUntil(name, ofMonth));
  }
}

async function expectPlatformUsage(history: History): Promise<void> {
  const usage = await history.platformUsage();
  expect(usage).toEqual(new Map(MONTHS.map((ofMonth) => [ofMonth, history.recountPlatform(ofMonth)])));
}

describe('usage of items by month', () => {
  it('is what a recount of all usages says, whatever happens in whatever order', async () => {
    const property = fc.asyncProperty(
      fc.subarray([...ITEMS]),
      fc.array(step, { minLength: 3, maxLength: 14 }),
      async (early, steps) => {
        const history = await History.start(early);
        try {
          for (const each of steps) await history.apply(each);
          await history.register(ITEMS);
          await history.look();
          for (const name of ITEMS) await expectUsage(history, name);
          await history.build();
          for (const name of ITEMS) await expectUsage(history, name);
          await expectPlatformUsage(history);
          for (const ofMonth of MONTHS) await expectReports(history, ofMonth);
        } finally {
          await history.stop();
        }
      },
    );
    await fc.assert(property, { numRuns: 12, endOnFailure: true });
  }, 300_000);
});
