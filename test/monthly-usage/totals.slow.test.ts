import fc from 'fast-check';
import type { CountedAuthUsage } from '../../src/model/counted-auth-usage.js';
import { MonthlyUsageBuilder } from '../../src/monthly-usage/monthly-usage-builder.service.js';
import { YearMonth } from '../../src/time/year-month.js';
import { UsageRetention } from '../../src/usage-events/usage-retention.service.js';
import { iriOf } from '../support/builders.js';
import { run, usageReports } from '../support/reporter-runs.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

const ITEMS = ['proj1', 'comp1', 'file1', 'file2'] as const;
type ItemName = (typeof ITEMS)[number];
const MONTHS = ['2026-07', '2026-08', '2026-09', '2026-10', '2026-11'] as const;
const COUNTS = ['view_count', 'view_session_count', 'download_count', 'download_session_count'] as const;
type Counts = readonly number[];
const NOTHING: Counts = [0, 0, 0, 0];

/** The hierarchy at the start: a project, a component in it, a file in each. */
const PARENTS: Readonly<Record<ItemName, ItemName | null>> = {
  proj1: null,
  comp1: 'proj1',
  file1: 'comp1',
  file2: 'proj1',
};

interface SentUsage {
  readonly item: ItemName;
  readonly month: (typeof MONTHS)[number];
  readonly hour: number;
  readonly visitor: string;
  readonly labels: readonly string[];
}

/** Something that happens to the service. */
type Step =
  | { readonly do: 'batch'; readonly usages: readonly SentUsage[] }
  | { readonly do: 'live'; readonly item: ItemName; readonly visitor: string; readonly labels: readonly string[] }
  | { readonly do: 'register'; readonly item: ItemName; readonly isPublic: boolean; readonly parent: ItemName | null }
  | { readonly do: 'report'; readonly month: (typeof MONTHS)[number] }
  | { readonly do: 'build' }
  | { readonly do: 'retain' }
  | { readonly do: 'restart' };

const item = fc.constantFrom(...ITEMS);
const month = fc.constantFrom(...MONTHS);
const visitor = fc.constantFrom('a', 'b', 'c');
const labels = fc.constantFrom(['view', 'web'], ['download', 'web'], ['download', 'api'], ['view', 'api']);
/** Few hours, so that sessions meet, some at the first and last hour of a month. */
const hour = fc.constantFrom(0, 1, 300, 695);
const usage = fc.record({ item, month, hour, visitor, labels });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('batch' as const),
      usages: fc.array(usage, { minLength: 1, maxLength: 5 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('live' as const), item, visitor, labels }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('register' as const),
      item,
      isPublic: fc.boolean(),
      parent: fc.option(fc.constantFrom('proj1' as const, 'comp1' as const)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('report' as const), month }) },
  { weight: 1, arbitrary: fc.constant({ do: 'build' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'retain' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);

/** A service with a history, and every usage that it ever held at a time when it was looked at. */
class History {
  private readonly held = new Map<string, CountedAuthUsage[]>();
  private clicks = 0;

  private constructor(private app: TestApp) {}

  static async start(): Promise<History> {
    return new History(await TestApp.start({ USAGE_RETENTION_DAYS: '75' }));
  }

  async stop(): Promise<void> {
    await this.app.stop();
  }

  async apply(event: Step): Promise<void> {
    switch (event.do) {
      case 'batch': {
        const body = { data: event.usages.map((each) => ({ attributes: this.toAttributes(each) })) };
        await this.app.json('events/counted_usage/batch', { body, key: TRUSTED_KEY });
        return;
      }
      case 'live': {
        this.app.clock.advance(60);
        const body = { item_guid: event.item, client_session_id: event.visitor, action_labels: event.labels };
        expect((await this.app.request('events/counted_usage/', { body })).status).toBe(201);
        return;
      }
      case 'register': {
        const parent_guid = event.parent === event.item || event.item === 'proj1' ? null : event.parent;
        const body = { public: event.isPublic, item_type: 'Project', parent_guid };
        await this.app.json(`items/${event.item}/`, { method: 'PUT', body, key: TRUSTED_KEY });
        return;
      }
      case 'report':
        // A run removes the reports that were saved before it started.
        this.app.clock.advance(60);
        expect((await run(this.app, 'public_item_usage', event.month)).attributes.state).toBe('succeeded');
        return;
      case 'build':
        return await this.build();
      case 'retain':
        await this.look();
        return await this.app.nest.get(UsageRetention, { strict: false }).removeExpired();
      case 'restart': {
        const { dataDir, clock } = this.app;
        await this.app.stop({ keepData: true });
        this.app = await TestApp.start({ DATA_DIR: dataDir, USAGE_RETENTION_DAYS: '75' }, clock.now().toISOString());
      }
    }
  }

  async build(): Promise<void> {
    await this.app.nest.get(MonthlyUsageBuilder, { strict: false }).buildUntil(YearMonth.parse('2026-10'));
  }

  /** Notes the usages of the months that retention has not removed. */
  async look(): Promise<void> {
    const lines = await (await this.app.request('events/counted_usage/', { key: ADMIN_KEY })).text();
    const usages = lines
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as CountedAuthUsage);
    for (const name of MONTHS) {
      const ofMonth = usages.filter(({ timestamp }) => String(timestamp).startsWith(name));
      if (ofMonth.length > 0) this.held.set(name, ofMonth);
    }
  }

  /** A recount without any of the service's code. */
  recount(itemName: ItemName, ofMonth: string): Counts {
    const usages = (this.held.get(ofMonth) ?? []).filter(({ item_public }) => item_public);
    const iri = iriOf(itemName);
    const views = usages.filter((each) => each.within_iris.includes(iri) && each.action_labels.includes('view'));
    const downloads = usages.filter((each) => each.item_iri === iri && each.action_labels.includes('download'));
    return [views, downloads].flatMap((some) => [some.length, new Set(some.map((each) => each.sessionhour_id)).size]);
  }

  /** What the API says of an item: by month, and in total. */
  async usageOf(itemName: ItemName): Promise<{ months: Map<string, Counts>; total: Counts }> {
    const ask = async <T>(query: string): Promise<T> =>
      (await this.app.json<{ data: { attributes: T } }>(`query/item_usage/${itemName}/?${query}`, { key: ADMIN_KEY }))
        .data.attributes;
    const { usage: periods } = await ask<{ usage: Record<string, number>[] }>('period=monthly&start_date=2026-07-01');
    const { total } = await ask<{ total: Record<string, number> }>('period=total');
    const toCounts = (each: Record<string, number>): Counts => COUNTS.map((name) => each[name] ?? NaN);
    const months = periods.map((each) => [String(each['date']).slice(0, 7), toCounts(each)] as const);
    return { months: new Map(months), total: toCounts(total) };
  }

  async reportsOf(name: string): Promise<Map<string, Record<string, unknown>>> {
    await this.apply({ do: 'report', month: name as SentUsage['month'] });
    return await usageReports(this.app, name);
  }

  private toAttributes({
    item: name,
    month: ofMonth,
    hour: number,
    visitor: who,
    labels: action_labels,
  }: SentUsage): object {
    // A minute of its own for each usage: double clicks are tested elsewhere.
    this.clicks += 1;
    const time = YearMonth.parse(ofMonth).start().getTime() + number * 3_600_000 + (this.clicks % 59) * 60_000;
    const timestamp = new Date(Math.min(time, this.app.clock.now().getTime())).toISOString();
    return { item_guid: name, client_session_id: who, action_labels, timestamp };
  }
}

const sum = (all: readonly Counts[]): Counts =>
  all.reduce((a, b) => a.map((count, index) => count + (b[index] ?? 0)), NOTHING);

describe('usage of items by month', () => {
  it('is what a recount of all usages says, whatever happens in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const history = await History.start();
        try {
          for (const name of ITEMS)
            await history.apply({ do: 'register', item: name, isPublic: true, parent: PARENTS[name] });
          for (const each of steps) await history.apply(each);
          await history.look();
          const expectUsage = async (): Promise<void> => {
            for (const name of ITEMS) {
              const { months, total } = await history.usageOf(name);
              for (const ofMonth of MONTHS)
                expect([name, ofMonth, months.get(ofMonth)]).toEqual([name, ofMonth, history.recount(name, ofMonth)]);
              expect([name, total]).toEqual([name, sum([...months.values()])]);
            }
          };
          await expectUsage();
          await history.build();
          await expectUsage();
          const before = new Map<string, Counts>();
          for (const ofMonth of MONTHS) {
            const reports = await history.reportsOf(ofMonth);
            for (const name of ITEMS) {
              const counts = history.recount(name, ofMonth);
              before.set(name, sum([before.get(name) ?? NOTHING, counts]));
              const report = reports.get(name);
              if (!report) continue;
              expect(COUNTS.map((count) => report[count])).toEqual(counts);
              expect(COUNTS.map((count) => report[`cumulative_${count}`])).toEqual(before.get(name));
            }
          }
        } finally {
          await history.stop();
        }
      }),
      { numRuns: 6, endOnFailure: true },
    );
  }, 180_000);
});
