import { SchedulerRegistry } from '@nestjs/schedule';
import { PublicItemUsageReporter } from '../../src/reporters/public-item-usage.reporter.js';
import { ReporterScheduler } from '../../src/reporters/reporter-scheduler.service.js';
import { aUsage, type UsageTraits } from './builders.js';
import { ADMIN_KEY, type TestApp, TRUSTED_KEY } from './test-app.js';

/** Shorter than the time limit of a test. */
const HISTORY_TIMEOUT_MILLISECONDS = 40_000;

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

/** The attributes of a `public_item_usage` report. */
export interface ItemUsage {
  readonly report_yearmonth: string;
  readonly item_iri: string;
  readonly [field: string]: unknown;
}

/** Sends complete usages as a trusted client. */
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

export async function requestRun(app: TestApp, reporter: string, cycle: unknown): Promise<Response> {
  const body = { data: { type: 'runs', attributes: { cycle } } };
  return await app.request(`reporters/${reporter}/runs/`, { body, key: ADMIN_KEY });
}

/** Starts a run and waits until it has ended. */
export async function run(app: TestApp, reporter: string, cycle: string): Promise<RunDocument> {
  const response = await requestRun(app, reporter, cycle);
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  const { data } = (await response.json()) as { data: RunDocument };
  return await waitForEnd(app, data.id);
}

export async function waitForEnd(app: TestApp, id: string): Promise<RunDocument> {
  return await eventually(async () => {
    const { data } = await app.json<{ data: RunDocument }>(`reporters/runs/${id}/`, { key: ADMIN_KEY });
    return data.attributes.state === 'running' ? undefined : data;
  });
}

/** The runs, latest first. */
export async function runs(app: TestApp, query = ''): Promise<RunDocument[]> {
  return (await app.json<{ data: RunDocument[] }>(`reporters/runs/${query}`, { key: ADMIN_KEY })).data;
}

/** The runs as `<reporter> <cycle> <state>`. Sorted, because runs start at the same instant while the test clock is stopped. */
export async function history(app: TestApp): Promise<string[]> {
  const all = await runs(app);
  return all.map(({ attributes: { reporter, cycle, state } }) => `${reporter} ${cycle} ${state}`).sort();
}

/**
 * Waits until the history of the expected reporters equals the expected one; fails with the difference after a time limit.
 */
export async function waitForHistory(app: TestApp, expected: readonly string[]): Promise<void> {
  const sorted = [...expected].sort();
  const reporterOf = (line: string): string => line.split(' ')[0] ?? '';
  const reporters = new Set(expected.map(reporterOf));
  const deadline = performance.now() + HISTORY_TIMEOUT_MILLISECONDS;
  let found: string[];
  do found = (await history(app)).filter((line) => reporters.size === 0 || reporters.has(reporterOf(line)));
  while (JSON.stringify(found) !== JSON.stringify(sorted) && performance.now() < deadline);
  expect(found).toEqual(sorted);
}

/** Polls until the function returns a value. */
export async function eventually<T>(poll: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await poll();
    if (found !== undefined) return found;
  }
}

/** The reports of a month by the guids of their items. */
export async function usageReports(app: TestApp, month: string): Promise<Map<string, ItemUsage>> {
  const { data } = await app.json<{ data: { attributes: ItemUsage }[] }>(
    `reports/public_item_usage/?filter[report_yearmonth]=${month}&page[size]=1000`,
  );
  return new Map(data.map(({ attributes }) => [attributes.item_iri.replace('https://osf.io/', ''), attributes]));
}

/** Fires the jobs of all reporters with the schedule. */
export async function tick(app: TestApp, schedule: string): Promise<void> {
  const jobs = [...app.nest.get(SchedulerRegistry).getCronJobs().values()];
  const matching = jobs.filter(({ cronTime }) => cronTime.source === schedule);
  expect(matching).not.toEqual([]);
  for (const job of matching) await job.fireOnTick();
}

/** Does what an instance does every few seconds. */
export async function resumeInterrupted(app: TestApp): Promise<void> {
  await app.nest.get(ReporterScheduler, { strict: false }).resumeInterrupted();
}

export function publicItemUsageOf(app: TestApp): PublicItemUsageReporter {
  return app.nest.get(PublicItemUsageReporter, { strict: false });
}
