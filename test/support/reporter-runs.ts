import { SchedulerRegistry } from '@nestjs/schedule';
import { PublicItemUsageReporter } from '../../src/reporters/public-item-usage.reporter.js';
import { ReporterScheduler } from '../../src/reporters/reporter-scheduler.service.js';
import { aUsage, type UsageTraits } from './builders.js';
import { ADMIN_KEY, type TestApp, TRUSTED_KEY } from './test-app.js';

/** Shorter than a test may take. */
const PATIENCE_MILLISECONDS = 40_000;

export interface RunDocument {
  readonly id: string;
  readonly type: string;
  readonly attributes: {
    readonly reporter: string;
    readonly cycle: string;
    readonly state: string;
    readonly started_at: string;
    readonly finished_at: string | null;
    readonly reports_saved: number;
    readonly last_key: string | null;
    readonly error: string | null;
  };
}

/** The counts of a `public_item_usage` report. */
export interface ItemUsage {
  readonly report_yearmonth: string;
  readonly item_iri: string;
  readonly [field: string]: unknown;
}

/** Sends usages as a trusted client that says everything about them. */
export async function record(app: TestApp, usages: readonly UsageTraits[]): Promise<void> {
  for (let start = 0; start < usages.length; start += 1_000) {
    const body = { data: usages.slice(start, start + 1_000).map((traits) => ({ attributes: aUsage(traits) })) };
    const { data } = await app.json<{ data: { status: string }[] }>('events/counted_usage/batch', {
      body,
      key: TRUSTED_KEY,
    });
    expect(data.filter(({ status }) => status !== 'recorded')).toEqual([]);
  }
}

export async function askForRun(app: TestApp, reporter: string, cycle: unknown): Promise<Response> {
  const body = { data: { type: 'runs', attributes: { cycle } } };
  return await app.request(`reporters/${reporter}/runs/`, { body, key: ADMIN_KEY });
}

/** Begins a run, and waits until it has ended. */
export async function run(app: TestApp, reporter: string, cycle: string): Promise<RunDocument> {
  const response = await askForRun(app, reporter, cycle);
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  const { data } = (await response.json()) as { data: RunDocument };
  return await ended(app, data.id);
}

export async function ended(app: TestApp, id: string): Promise<RunDocument> {
  return await eventually(async () => {
    const { data } = await app.json<{ data: RunDocument }>(`reporters/runs/${id}/`, { key: ADMIN_KEY });
    return data.attributes.state === 'running' ? undefined : data;
  });
}

/** The runs, those started last first. */
export async function runs(app: TestApp, query = ''): Promise<RunDocument[]> {
  return (await app.json<{ data: RunDocument[] }>(`reporters/runs/${query}`, { key: ADMIN_KEY })).data;
}

/** As `<reporter> <cycle> <state>`, sorted: a clock that stands still does not tell in which order they were started. */
export async function history(app: TestApp): Promise<string[]> {
  const all = await runs(app);
  return all.map(({ attributes: { reporter, cycle, state } }) => `${reporter} ${cycle} ${state}`).sort();
}

/** Waits until the runs are these; says how they are when that takes too long. */
export async function untilHistory(app: TestApp, expected: readonly string[]): Promise<void> {
  const sorted = [...expected].sort();
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  let found: string[];
  do found = await history(app);
  while (JSON.stringify(found) !== JSON.stringify(sorted) && performance.now() < deadline);
  expect(found).toEqual(sorted);
}

/** Asks again and again until there is something. */
export async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
  }
}

/** The reports of a month by the short ids of their items. */
export async function usageReports(app: TestApp, month: string): Promise<Map<string, ItemUsage>> {
  const answer = await app.json<{ data: { attributes: ItemUsage }[] }>(
    `reports/public_item_usage/?filter[report_yearmonth]=${month}&page[size]=1000`,
  );
  return new Map(answer.data.map(({ attributes }) => [attributes.item_iri.replace('https://osf.io/', ''), attributes]));
}

/** Lets the time pass that the schedule of every reporter of the kind waits for. */
export async function tick(app: TestApp, schedule: string): Promise<void> {
  const jobs = [...app.nest.get(SchedulerRegistry).getCronJobs().values()];
  const due = jobs.filter(({ cronTime }) => cronTime.source === schedule);
  expect(due).not.toEqual([]);
  for (const job of due) await job.fireOnTick();
}

/** What an instance does every few seconds. */
export async function lookAfterReporters(app: TestApp): Promise<void> {
  expect(app.nest.get(SchedulerRegistry).getCronJob('look-after-reporters').cronTime.source).toBe('*/15 * * * * *');
  await app.nest.get(ReporterScheduler, { strict: false }).resumeInterrupted();
}

export function publicItemUsageOf(app: TestApp): PublicItemUsageReporter {
  return app.nest.get(PublicItemUsageReporter, { strict: false });
}
