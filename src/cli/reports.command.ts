import { type Command, Option } from 'commander';
import { countOf } from './count-of.js';
import { addDaysOptions, type DaysOptions, exportLines, withDays } from './export-lines.js';
import { addLinesImportCommand } from './import-lines.js';
import type { ServiceClient } from './service-client.js';
import { unknownName } from './unknown-name.js';
import { type ServiceOptions, withService } from './with-service.js';

interface ReportsOptions extends ServiceOptions, DaysOptions {
  readonly type?: readonly string[];
}

export function addReportsCommand(program: Command): Command {
  const reports = program.command('reports').description('saved reports');
  addLinesImportCommand(reports, 'save reports', 'reports/batch');
  addReportsOptions(reports.command('export'))
    .description('write reports as JSON lines, by type and oldest first, in the format of `reports import`')
    .action(async (_options, command: Command) => {
      await forEachType(command, async (client, type, path) => {
        console.error(`${type}: ${countOf(await exportLines(client, path, 'report'), 'report')}`);
      });
    });
  addReportsOptions(reports.command('count'))
    .description('count the reports of each type')
    .action(async (_options, command: Command) => {
      await forEachType(command, async (client, type, path) => {
        console.log(`${type}: ${countOf(await client.countLines(path), 'report')}`);
      });
    });
  return reports;
}

function addReportsOptions(command: Command): Command {
  return addDaysOptions(command.addOption(new Option('--type <id...>', 'only these report types')));
}

/** Does the work for each type named by `--type`; without it, for all types. */
async function forEachType(
  command: Command,
  work: (client: ServiceClient, type: string, path: string) => Promise<void>,
): Promise<void> {
  const { type, from, until, ...service } = command.optsWithGlobals<ReportsOptions>();
  await withService(service, async (client) => {
    const { data } = await client.get<{ data: { id: string }[] }>('reports');
    const ids = data.map(({ id }) => id);
    const unknown = type?.find((id) => !ids.includes(id));
    if (unknown !== undefined) throw unknownName('report type', unknown, ids);
    for (const id of type ?? ids) {
      await work(client, id, withDays(`reports/${encodeURIComponent(id)}/export`, { from, until }));
    }
  });
}
