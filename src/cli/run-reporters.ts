import { setTimeout as delay } from 'node:timers/promises';
import { countOf } from './count-of.js';
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
/** A long run is polled less often: the service logs each request. */
const MAX_POLL_MILLISECONDS = 5_000;
const CONFLICT = 409;

interface RunDocument {
  readonly id: string;
  readonly attributes: ListedRun;
}

/** @throws MisuseError or CommandError if the options select no runs */
export async function selectRuns(client: ServiceClient, options: RunOptions, now: Date): Promise<RequestedRun[]> {
  const { data } = await client.get<{ data: ListedReporter[] }>('reporters');
  return requestedRuns(data, options, now);
}

/**
 * Runs reporters one after the other, and prints the final state of each run.
 * @throws CommandError if a run failed; the other runs are done
 */
export async function runReporters(client: ServiceClient, options: RunOptions, now: Date): Promise<void> {
  const requests = await selectRuns(client, options, now);
  const progress = new Progress('runs', requests.length);
  const runs: ListedRun[] = [];
  for (const request of requests) {
    let shownError: string | null = null;
    const run = await runToEnd(client, request, (current) => {
      progress.advance(0, describe(current));
      if (!process.stderr.isTTY && current.error !== null && current.error !== shownError) {
        console.error(describe(current));
      }
      shownError = current.error;
    });
    runs.push(run);
    progress.advance(1);
    if (!process.stderr.isTTY) console.log(describe(run));
  }
  progress.finish();
  if (process.stderr.isTTY) for (const run of runs) console.log(describe(run));
  const failed = runs.filter(({ state }) => state === 'failed').length;
  if (failed > 0) throw new CommandError(`${failed} of ${countOf(runs.length, 'run')} failed`);
}

async function runToEnd(
  client: ServiceClient,
  request: RequestedRun,
  onProgress: (run: ListedRun) => void,
): Promise<ListedRun> {
  let wait = POLL_MILLISECONDS;
  for (let run = await start(client, request); ;) {
    if (run.attributes.state !== 'running') return run.attributes;
    onProgress(run.attributes);
    await delay(wait);
    wait = Math.min(wait * 1.1, MAX_POLL_MILLISECONDS);
    run = (await client.get<{ data: RunDocument }>(`reporters/runs/${run.id}`)).data;
  }
}

/** Waits while the reporter is running for another cycle, for example on schedule. */
async function start(client: ServiceClient, { reporter, cycle }: RequestedRun): Promise<RunDocument> {
  const body = JSON.stringify({ data: { type: 'runs', attributes: { cycle } } });
  for (;;) {
    try {
      const path = `reporters/${reporter}/runs`;
      return (await client.post<{ data: RunDocument }>(path, body, 'application/vnd.api+json')).data;
    } catch (error) {
      if (!(error instanceof RefusedError && error.status === CONFLICT)) throw error;
      await delay(POLL_MILLISECONDS);
    }
  }
}

function describe({ reporter, cycle, state, reports_saved, error }: ListedRun): string {
  return `${reporter} ${cycle}: ${state}, ${countOf(reports_saved, 'report')} saved${error === null ? '' : ` (${error})`}`;
}
