import { MonthlyCounterPlatformUsageReport } from '../../src/reports/monthly/counter-platform-usage.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { YearMonth } from '../../src/time/year-month.js';
import { type CommandResult, runCommand } from '../support/command.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';
import { recordSample } from './sample-usage.js';

describe('osf-metrics counter check', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ COUNTER_REQUESTOR_IDS: 'lib1' });
    await recordSample(app);
  });
  afterAll(async () => await app.stop());

  const check = async (...args: string[]): Promise<CommandResult> =>
    await runCommand(['--url', app.url, '--key', ADMIN_KEY, 'counter', 'check', ...args]);

  it('says that all rules hold', async () => {
    for (const month of ['2026-09', '2026-10']) {
      expect(await check('--month', month)).toMatchObject({
        code: 0,
        out: `all rules hold for ${month}\n`,
        errors: '',
      });
    }
  });

  it('prints a line for each rule that fails', async () => {
    const unprocessed = await check('--month', '2026-08');
    expect(unprocessed.out).toContain('PR 5.1: has no exceptions: 3032 Usage No Longer Available');
    expect(unprocessed.out).not.toContain('3030');
    expect([unprocessed.code, unprocessed.errors]).toEqual([1, expect.stringContaining('failed rules for 2026-08')]);

    const repository = app.nest.get(MetricsRepository);
    const month = YearMonth.parse('2026-10');
    for await (const row of repository.streamReports(MonthlyCounterPlatformUsageReport, {
      first: month,
      last: month,
    })) {
      if (row.item_type === 'File') row.items.total_item_requests += 5;
      await repository.saveReports([row]);
    }
    const { code, out } = await check('--month', '2026-10');
    expect(code).toBe(1);
    expect(out).toContain('PR 5.1: requests are not above investigations: Dataset, Regular, 2026-10: 6 > 1');
    expect(out).toContain('PR 5.1: is the sum of IR: Dataset, Regular, Total_Item_Requests, 2026-10: 6 and 1');
  });
});
