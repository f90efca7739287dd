import { MonthlyUsageScheduler } from '../../src/monthly-usage/monthly-usage-scheduler.service.js';
import { runCommand } from '../support/command.js';
import { resumeInterrupted, run, usageReports } from '../support/reporter-runs.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

describe('usages of items that were unknown when they were recorded', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({ REPORTERS_ENABLED: 'true' });
    await register('proj1', 'Project');
  });
  afterEach(async () => await app.stop());

  async function register(guid: string, item_type: string, parent_guid: string | null = null): Promise<void> {
    const body = { public: true, item_type, parent_guid, provider_id: 'egap' };
    await app.json(`items/${guid}/`, { method: 'PUT', body, key: TRUSTED_KEY });
  }

  async function view(item_guid: string, session: string, timestamp?: string): Promise<void> {
    const usage = { item_guid, action_labels: ['view', 'web'], client_session_id: session };
    if (timestamp === undefined) {
      expect((await app.request('events/counted_usage/', { body: usage })).status).toBe(201);
    } else {
      const body = { data: [{ attributes: { ...usage, timestamp } }] };
      await app.json('events/counted_usage/batch', { body, key: TRUSTED_KEY });
    }
  }

  async function total(guid: string): Promise<number> {
    const path = `query/item_usage/${guid}/?period=total`;
    return (await app.json<{ data: { attributes: { total: { view_count: number } } } }>(path)).data.attributes.total
      .view_count;
  }

  async function refreshItems(...options: string[]): Promise<string> {
    const args = ['usages', 'refresh-items', ...options, '--url', app.url, '--key', ADMIN_KEY];
    return (await runCommand(args)).out;
  }

  it('count once the item is registered and the usages are refreshed', async () => {
    await view('late1', 'a');
    await view('late1', 'b', '2026-09-03T12:00:00Z');
    await view('late1', 'c', '2026-10-03T12:00:00Z');
    await view('other', 'c', '2026-10-03T12:00:00Z');
    await run(app, 'public_item_usage', '2026-10');
    expect((await usageReports(app, '2026-10')).size).toBe(0);
    await register('late1', 'File', 'proj1');
    expect(await total('late1')).toBe(0);

    expect(await refreshItems('--from', '2026-10-01')).toBe(
      'completed 2 usages of 2 items by month\nstill unknown: 1 item by month\n',
    );
    expect([await total('late1'), await total('proj1')]).toEqual([2, 2]);
    expect(await refreshItems()).toBe('completed 1 usage of 1 item by month\nstill unknown: 1 item by month\n');
    expect([await total('late1'), await total('proj1')]).toEqual([3, 3]);

    app.clock.advance(60);
    await app.nest.get(MonthlyUsageScheduler, { strict: false }).buildDue();
    await resumeInterrupted(app);
    await run(app, 'public_item_usage', '2026-10');
    const reports = await usageReports(app, '2026-10');
    expect([...reports.keys()].sort()).toEqual(['late1', 'proj1']);
    expect(reports.get('proj1')).toMatchObject({ view_count: 1, cumulative_view_count: 2 });
    expect(reports.get('late1')).toMatchObject({ item_types: ['File'], provider_ids: ['egap'], view_count: 1 });
    const path = 'query/node_analytics/late1/month/';
    const { data } = await app.json<{ data: { attributes: { unique_visits: { count: number }[] } } }>(path);
    expect(data.attributes.unique_visits.reduce((sum, { count }) => sum + count, 0)).toBe(1);
  });

  it('continue where an earlier request ended', async () => {
    for (let index = 0; index < 205; index += 1) await view(`late${index}`, 'a', '2026-10-03T12:00:00Z');
    const step = async (page = ''): Promise<{ data: { attributes: object }; meta: { after: string | null } }> =>
      await app.json(`events/counted_usage/refresh-items${page}`, { method: 'POST', key: ADMIN_KEY });
    const first = await step();
    expect(first).toMatchObject({ data: { attributes: { unknown_items: 200 } }, meta: { after: '2026-10:late94' } });
    const second = await step(`?page[after]=${first.meta.after}`);
    expect(second).toMatchObject({ data: { attributes: { unknown_items: 5 } }, meta: { after: null } });
    for (const after of ['x', '0000-01', '2026-13', '2026-1:abc12']) {
      const path = `events/counted_usage/refresh-items?page[after]=${after}`;
      const bad = await app.request(path, { method: 'POST', key: ADMIN_KEY });
      expect([after, bad.status]).toEqual([after, 400]);
    }
  });
});
