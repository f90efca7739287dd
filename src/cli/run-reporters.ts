import { setTimeout as delay } from 'node:timers/promises';
import { Progress } from './progress.js';
import {
  type ListedReporter,
  type ListedRun,
  type RequestedRun,
  requestedRuns,
  type RunOptions,
} from './requested-runs.js';
import { CommandError, RefusedError, type ServiceClient } from './service-client.js';

const POLL_MILLISECONDS = 200;
/** Conflict. */
const BUSY = 409;

interface RunDocument {
  readonly id: string;
  readonly attributes: ListedRun;
}

/**
 * Runs reporters one after the other, and says of each how it ended.
 * @throws CommandError when one failed; the others ran
 */
export async function runReporters(client: ServiceClient, options: RunOptions, now: Date): Promise<void> {
  const { data } = await client.get<{ data: ListedReporter[] }>('reporters');
  const runs = requestedRuns(data, options, now);
  const progress = new Progress('runs', runs.length);
  const ended: ListedRun[] = [];
  for (const requested of runs) {
    const run = await follow(client, requested, (saved) => {
      progress.advance(0, `${requested.reporter} ${requested.cycle}: ${saved} reports`);
    });
    ended.push(run);
    progress.advance(1);
    if (!process.stderr.isTTY) console.log(describe(run));
  }
  progress.finish();
  if (process.stderr.isTTY) for (const run of ended) console.log(describe(run));
  const failed = ended.filter(({ state }) => state === 'failed').length;
  if (failed > 0) throw new CommandError(`${failed} of ${ended.length} runs failed`);
}

/** Begins a run, and waits until it has ended. */
async function follow(
  client: ServiceClient,
  requested: RequestedRun,
  onProgress: (saved: number) => void,
): Promise<ListedRun> {
  for (let run = await begin(client, requested); ;) {
    if (run.attributes.state !== 'running') return run.attributes;
    onProgress(run.attributes.reports_saved);
    await delay(POLL_MILLISECONDS);
    run = (await client.get<{ data: RunDocument }>(`reporters/runs/${run.id}`)).data;
  }
}

/** Waits while the reporter is busy with another cycle, of the schedule or of somebody else. */
async function begin(client: ServiceClient, { reporter, cycle }: RequestedRun): Promise<RunDocument> {
  const body = JSON.stringify({ data: { type: 'runs', attributes: { cycle } } });
  for (;;) {
    try {
      const path = `reporters/${reporter}/runs`;
      return (await client.post<{ data: RunDocument }>(path, body, 'application/vnd.api+json')).data;
    } catch (error) {
      if (!(error instanceof RefusedError && error.status === BUSY)) throw error;
      await delay(POLL_MILLISECONDS);
    }
  }
}

function describe({ reporter, cycle, state, reports_saved, error }: ListedRun): string {
  return `${reporter} ${cycle}: ${state}, ${reports_saved} reports saved${error === null ? '' : ` (${error})`}`;
}
