import type { Command } from 'commander';
import type { Clock } from '../time/clock.js';
import { countOf } from './count-of.js';
import { findReporter, type ListedReporter, type ListedRun, type RunOptions } from './requested-runs.js';
import { runReporters, selectRuns } from './run-reporters.js';
import type { ServiceClient } from './service-client.js';
import { type ServiceOptions, withNewService, withService } from './with-service.js';

interface ListOptions extends ServiceOptions {
  readonly json?: boolean;
}

interface RunsOptions extends ListOptions {
  readonly reporter?: string;
}

export function addReportersCommand(program: Command, clock: Clock): void {
  const reporters = program.command('reporters').description('reporters, which build the reports');
  reporters
    .command('list')
    .description('list all reporters, with the latest run or why one is unavailable')
    .option('--json', 'print JSON')
    .action(async (_options, command: Command) => {
      const { json, ...service } = command.optsWithGlobals<ListOptions>();
      await withService(service, async (client) => {
        const { data } = await client.get<{ data: ListedReporter[] }>('reporters');
        print(data, describeReporter, json);
      });
    });
  reporters
    .command('runs')
    .description('list the latest runs, newest first')
    .option('--reporter <id>', 'only runs of this reporter')
    .option('--json', 'print JSON')
    .action(async (_options, command: Command) => {
      const { json, reporter, ...service } = command.optsWithGlobals<RunsOptions>();
      await withService(service, async (client) => {
        const filter = reporter === undefined ? '' : `?filter[reporter]=${await idOf(client, reporter)}`;
        const { data } = await client.get<{ data: { attributes: ListedRun }[] }>(`reporters/runs${filter}`);
        print(data, ({ attributes }) => describeRun(attributes), json);
      });
    });
  reporters
    .command('run')
    .description(
      'run reporters now; without a date or month, for the last complete one. Safe to repeat and to interrupt',
    )
    .option('--reporter <id>', 'one reporter')
    .option('--daily', 'all daily reporters')
    .option('--monthly', 'all monthly reporters')
    .option('--date <date>', 'for one day: YYYY-MM-DD')
    .option('--month <month>', 'for one month: YYYY-MM')
    .option('--from <cycle>', 'for a range: the first day or month')
    .option('--until, --to <cycle>', 'last day or month of the range; default: the last complete one')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<ServiceOptions & RunOptions>();
      await withNewService(
        options,
        (client) => runReporters(client, options, clock.now()),
        (client) => selectRuns(client, options, clock.now()),
      );
    });
}

async function idOf(client: ServiceClient, name: string): Promise<string> {
  const { data } = await client.get<{ data: ListedReporter[] }>('reporters');
  return findReporter(data, name).id;
}

function print<T>(data: readonly T[], describe: (value: T) => string, json = false): void {
  if (json) console.log(JSON.stringify(data, null, 2));
  else for (const each of data) console.log(describe(each));
}

function describeReporter({ id, attributes: { period, unavailable, latest_run: run } }: ListedReporter): string {
  const latest = run ? `${run.state} for ${run.cycle}${run.error === null ? '' : ` (${run.error})`}` : 'never ran';
  return `${id.padEnd(28)}${period.padEnd(9)}${unavailable === null ? latest : `unavailable: ${unavailable}`}`;
}

function describeRun({ reporter, cycle, state, started_at, reports_saved, error }: ListedRun): string {
  const outcome = `${countOf(reports_saved, 'report')}${error === null ? '' : ` (${error})`}`;
  return `${started_at}  ${reporter.padEnd(28)}${cycle.padEnd(12)}${state.padEnd(11)}${outcome}`;
}
