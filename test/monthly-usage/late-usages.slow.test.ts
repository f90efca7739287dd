import { MonthlyUsageScheduler } from '../../src/monthly-usage/monthly-usage-scheduler.service.js';
import { iriOf, type UsageTraits } from '../support/builders.js';
import { record, resumeInterrupted, run, usageReports, waitForHistory } from '../support/reporter-runs.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

const view = (item: string, at: string, traits: UsageTraits = {}): UsageTraits => ({
  item,
  at,
  session: at,
  ...traits,
});

describe('totals of an item', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({ REPORTERS_ENABLED: 'true' });
    for (const [guid, parent_guid] of [
      ['proj1', null],
      ['file1', 'proj1'],
    ]) {
      const body = { public: true, item_type: 'Project', parent_guid };
      await app.json(`items/${guid}/`, { method: 'PUT', body, key: TRUSTED_KEY });
    }
  });

  afterEach(async () => await app.stop());

  async function viewCount(query: string): Promise<unknown> {
    const path = `query/item_usage/proj1/?${query}`;
    const { data } = await app.json<{
      data: { attributes: { total?: { view_count: number }; usage?: { date: string; view_count: number }[] } };
    }>(path);
    const { total, usage } = data.attributes;
    return total?.view_count ?? usage?.map(({ date, view_count }) => `${date.slice(0, 7)} ${view_count}`);
  }

  /** What the service does by itself every few seconds, some time later. */
  async function passSeconds(seconds: number): Promise<void> {
    app.clock.advance(seconds);
    await app.nest.get(MonthlyUsageScheduler, { strict: false }).buildDue();
    await resumeInterrupted(app);
  }

  async function waitingCycles(): Promise<unknown> {
    const { data } = await app.json<{ data: { id: string; attributes: { waiting_cycles: string[] } }[] }>(
      'reporters/',
      {
        key: ADMIN_KEY,
      },
    );
    return data.find(({ id }) => id === 'public_item_usage')?.attributes.waiting_cycles;
  }

  const succeeded = (...months: string[]): string[] => months.map((month) => `public_item_usage ${month} succeeded`);

  it('stay the same when the months of a backfill are reported', async () => {
    const days = ['2026-08-03', '2026-08-04', '2026-09-03', '2026-09-04', '2026-09-05', '2026-10-03', '2026-10-04'];
    await record(
      app,
      days.map((day) => view('proj1', `${day}T12:00:00Z`)),
    );
    expect(await viewCount('period=total')).toBe(7);
    await passSeconds(17);
    await waitForHistory(app, succeeded('2026-08', '2026-09', '2026-10'));
    expect(await viewCount('period=total')).toBe(7);
    expect((await usageReports(app, '2026-10')).get('proj1')).toMatchObject({
      view_count: 2,
      cumulative_view_count: 7,
    });
  });

  it('include months in which only items within the item were used', async () => {
    const file = { within: ['proj1'] };
    await record(app, [
      view('proj1', '2026-08-03T12:00:00Z'),
      ...[1, 2, 3, 4, 5].map((day) => view('file1', `2026-09-0${day}T12:00:00Z`, file)),
      view('proj1', '2026-10-03T12:00:00Z'),
    ]);
    const months = ['2026-08 1', '2026-09 5', '2026-10 1', '2026-11 0'];
    const monthly = 'period=monthly&start_date=2026-08-01';
    expect([await viewCount('period=total'), await viewCount(monthly)]).toEqual([7, months]);
    await passSeconds(17);
    await waitForHistory(app, succeeded('2026-08', '2026-09', '2026-10'));
    expect([await viewCount('period=total'), await viewCount(monthly)]).toEqual([7, months]);
    expect((await usageReports(app, '2026-09')).get('proj1')).toMatchObject({
      item_iri: iriOf('proj1'),
      item_types: ['Project'],
      view_count: 5,
      cumulative_view_count: 6,
    });
  });

  it('include usages that arrive after the report of their month, which is then created again', async () => {
    await record(app, [view('proj1', '2026-10-03T12:00:00Z')]);
    await run(app, 'public_item_usage', '2026-10');
    app.clock.advance(60);
    await record(app, [view('proj1', '2026-10-04T12:00:00Z'), view('proj1', '2026-10-05T12:00:00Z')]);
    const monthly = 'period=monthly&start_date=2026-10-01';
    expect([await viewCount('period=total'), await viewCount(monthly)]).toEqual([3, ['2026-10 3', '2026-11 0']]);
    app.clock.advance(17);
    expect(await waitingCycles()).toEqual(['2026-10']);
    await passSeconds(17);
    await waitForHistory(app, succeeded('2026-10', '2026-10'));
    expect((await usageReports(app, '2026-10')).get('proj1')).toMatchObject({
      view_count: 3,
      cumulative_view_count: 3,
    });
    expect(await viewCount('period=total')).toBe(3);
  });

  it('leave out reports of items that became private when the month is run again', async () => {
    await record(app, [view('proj1', '2026-10-03T12:00:00Z'), view('file1', '2026-10-03T12:00:00Z')]);
    await run(app, 'public_item_usage', '2026-10');
    await app.json('items/file1/', { method: 'PUT', body: { public: false, item_type: 'File' }, key: TRUSTED_KEY });
    app.clock.advance(120);
    await run(app, 'public_item_usage', '2026-10');
    expect([...(await usageReports(app, '2026-10')).keys()]).toEqual(['proj1']);
  });

  it('never count the profile of a user, even if it is sent as public', async () => {
    await app.json('items/user1/', { method: 'PUT', body: { public: true, item_type: 'Agent' }, key: TRUSTED_KEY });
    await record(app, [view('user1', '2026-10-03T12:00:00Z', { usage: { item_type: 'Agent', item_public: true } })]);
    await run(app, 'public_item_usage', '2026-10');
    expect((await usageReports(app, '2026-10')).size).toBe(0);
  });

  it('count all versions of a preprint under one IRI', async () => {
    const versions = ['prepr', 'prepr_v1', 'prepr_v2'].map((guid, index) =>
      view(guid, `2026-10-0${index + 1}T12:00:00Z`, { usage: { item_type: 'Preprint' } }),
    );
    await record(app, versions);
    await run(app, 'public_item_usage', '2026-10');
    const reports = await usageReports(app, '2026-10');
    expect([...reports].map(([item, { view_count }]) => [item, view_count])).toEqual([['prepr', 3]]);
  });
});
