import { run, runs } from '../support/reporter-runs.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

describe('the run `latest`', () => {
  it('is the run that was started last, of any reporter, and 404 before the first one', async () => {
    const app = await TestApp.start();
    expect((await app.request('reporters/runs/latest', { key: ADMIN_KEY })).status).toBe(404);
    for (const [reporter, cycle] of [
      ['public_item_usage', '2026-10'],
      ['download_count', '2026-11-23'],
    ] as const) {
      const { id } = await run(app, reporter, cycle);
      const latest = await app.json('reporters/runs/latest', { key: ADMIN_KEY });
      expect(latest).toMatchObject({ data: { id, attributes: { reporter, cycle } } });
      app.clock.advance(1);
    }
    expect(await runs(app)).toHaveLength(2);
    await app.stop();
  });
});
