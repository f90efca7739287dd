import fc from 'fast-check';
import type { CountedAuthUsage } from '../../src/model/counted-auth-usage.js';
import { MonthlyUsageBuilder } from '../../src/monthly-usage/monthly-usage-builder.service.js';
import { toResource } from '../../src/reports/report-resource.js';
import { YearMonth } from '../../src/time/year-month.js';
import { UsageRetention } from '../../src/usage-events/usage-retention.service.js';
import { iriOf } from '../support/builders.js';
import { itemUsage } from '../support/report-samples.js';
import { requestRun, resumeInterrupted, run, runs, usageReports, waitForEnd } from '../support/reporter-runs.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

export const ITEMS = ['proj1', 'comp1', 'file1', 'file2'] as const;
export type ItemName = (typeof ITEMS)[number];
export const MONTHS = ['2026-07', '2026-08', '2026-09', '2026-10', '2026-11'] as const;
export const COUNTS = ['view_count', 'view_session_count', 'download_count', 'download_session_count'] as const;
export type Counts = readonly number[];
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

/** A report of an older system. */
interface ImportedReport {
  readonly item: ItemName;
  readonly month: (typeof MONTHS)[number];
  readonly counts: Counts;
  /** The counts of all months before, as the older system knew them. */
  readonly opening: Counts;
}

/** Something that happens to the service. */
type Step =
  | { readonly do: 'batch'; readonly usages: readonly SentUsage[] }
  | { readonly do: 'live'; readonly item: ItemName; readonly visitor: string; readonly labels: readonly string[] }
  | { readonly do: 'register'; readonly item: ItemName; readonly isPublic: boolean; readonly parent: ItemName | null }
  | { readonly do: 'import'; readonly report: ImportedReport }
  | { readonly do: 'report'; readonly month: (typeof MONTHS)[number] }
  /** The service ends while it reports, and the next one reports again. */
  | { readonly do: 'interrupt'; readonly month: (typeof MONTHS)[number] }
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

const counts = fc.array(fc.nat(4), { minLength: 4, maxLength: 4 });

export const step: fc.Arbitrary<Step> = fc.oneof(
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
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('import' as const),
      report: fc.record({ item, month: fc.constantFrom(...MONTHS.slice(1, 4)), counts, opening: counts }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('report' as const), month }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('interrupt' as const), month }) },
  { weight: 1, arbitrary: fc.constant({ do: 'build' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'retain' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);

/** A service with a history, and every usage that it ever held at a time when it was looked at. */
export class History {
  private readonly held = new Map<string, CountedAuthUsage[]>();
  /** The first import of each item and month. Later ones repeat it. */
  private readonly imported = new Map<string, ImportedReport>();
  private readonly registered = new Set<ItemName>();
  private clicks = 0;

  private constructor(private app: TestApp) {}

  /** @param items are registered at the start */
  static async start(items: readonly ItemName[]): Promise<History> {
    const history = new History(await TestApp.start({ USAGE_RETENTION_DAYS: '75' }));
    await history.register(items);
    return history;
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
        this.registered.add(event.item);
        return;
      }
      case 'import':
        return await this.import(event.report);
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
      case 'interrupt':
        this.app.clock.advance(60);
        expect((await requestRun(this.app, 'public_item_usage', event.month)).status).toBe(202);
        await this.restart();
        await resumeInterrupted(this.app);
        for (const { id } of await runs(this.app)) await waitForEnd(this.app, id);
        return;
      case 'restart':
        return await this.restart();
    }
  }

  /** Registers the items that are not yet. */
  async register(items: readonly ItemName[]): Promise<void> {
    for (const each of items.filter((name) => !this.registered.has(name))) {
      await this.apply({ do: 'register', item: each, isPublic: true, parent: PARENTS[each] });
    }
  }

  private async import(drawn: ImportedReport): Promise<void> {
    const key = `${drawn.item} ${drawn.month}`;
    const report = this.imported.get(key) ?? drawn;
    this.imported.set(key, report);
    const cumulative = sum([report.counts, report.opening]);
    const fields = COUNTS.flatMap((name, index) => [
      [name, report.counts[index]],
      [`cumulative_${name}`, cumulative[index]],
    ]);
    const resource = toResource(itemUsage(report.month, report.item, Object.fromEntries(fields) as object));
    await this.app.json('reports/batch', { body: { data: [resource] }, key: ADMIN_KEY });
  }

  private async restart(): Promise<void> {
    const { dataDir, clock } = this.app;
    await this.app.stop({ keepData: true });
    this.app = await TestApp.start({ DATA_DIR: dataDir, USAGE_RETENTION_DAYS: '75' }, clock.now().toISOString());
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
    const counted = [views, downloads].flatMap((some) => [
      some.length,
      new Set(some.map((each) => each.sessionhour_id)).size,
    ]);
    const imported = this.imported.get(`${itemName} ${ofMonth}`)?.counts ?? NOTHING;
    return counted.map((count, index) => Math.max(count, imported[index] ?? 0));
  }

  /** The sum of the months up to the last one, and what the first import knows of the months before it. */
  recountUntil(itemName: ItemName, last: string): Counts {
    const sumOf = (months: readonly string[]): Counts => sum(months.map((each) => this.recount(itemName, each)));
    const months = MONTHS.filter((each) => each <= last);
    const first = months.find((each) => this.imported.has(`${itemName} ${each}`));
    if (first === undefined) return sumOf(months);
    const before = sumOf(MONTHS.filter((each) => each < first));
    const opening = this.imported.get(`${itemName} ${first}`)?.opening ?? NOTHING;
    return sum([sumOf(months), opening.map((count, index) => Math.max(0, count - (before[index] ?? 0)))]);
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

  /** What the API says of all items themselves, by month. */
  async platformUsage(): Promise<Map<string, Counts>> {
    const query = 'query/usage/?interval=month&start_date=2026-07-01&end_date=2026-12-01';
    const { data } = await this.app.json<{ data: { attributes: { periods: Record<string, number>[] } }[] }>(query);
    const periods = data[0]?.attributes.periods ?? [];
    return new Map(
      periods.map((each) => [
        String(each['date']).slice(0, 7),
        [...COUNTS, 'item_count'].map((name) => each[name] ?? NaN),
      ]),
    );
  }

  /** A recount of `platformUsage`. Imported reports do not say how often an item itself was viewed. */
  recountPlatform(ofMonth: string): Counts {
    const usages = (this.held.get(ofMonth) ?? []).filter(({ item_public }) => item_public);
    const ofItems = ITEMS.map((name) => {
      const views = usages.filter((each) => each.item_iri === iriOf(name) && each.action_labels.includes('view'));
      const sessions = new Set(views.map((each) => each.sessionhour_id)).size;
      const [, , downloads = 0, downloadSessions = 0] = this.recount(name, ofMonth);
      const isUsed = views.length > 0 || downloads > 0;
      return isUsed ? [views.length, sessions, downloads, downloadSessions, 1] : [0, 0, 0, 0, 0];
    });
    return ofItems.reduce((a, b) => a.map((count, index) => count + (b[index] ?? 0)), [...NOTHING, 0]);
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

function sum(all: readonly Counts[]): Counts {
  return all.reduce((a, b) => a.map((count, index) => count + (b[index] ?? 0)), NOTHING);
}
