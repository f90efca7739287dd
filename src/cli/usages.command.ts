import type { Command } from 'commander';
import { addDaysOptions, type DaysOptions, exportLines, withDays } from './export-lines.js';
import { addLinesImportCommand } from './import-lines.js';
import type { ServiceClient } from './service-client.js';
import { type ServiceOptions, withService } from './with-service.js';

const USAGES = 'events/counted_usage';

export function addUsagesCommand(program: Command): void {
  const usages = program.command('usages').description('recorded usages');
  addLinesImportCommand(usages, 'record usages', `${USAGES}/batch`);
  addDaysOptions(usages.command('export'))
    .description('write usages in order of time as lines of JSON, as `usages import` reads them')
    .action(async (_options, command: Command) => {
      await withUsages(command, async (client, path) => {
        console.error(`${await exportLines(client, path, 'usages')} usages`);
      });
    });
  addDaysOptions(usages.command('count'))
    .description('say how many usages there are')
    .action(async (_options, command: Command) => {
      await withUsages(command, async (client, path) => {
        console.log(`${await client.countLines(path)} usages`);
      });
    });
}

async function withUsages(
  command: Command,
  work: (client: ServiceClient, path: string) => Promise<void>,
): Promise<void> {
  const { from, until, ...service } = command.optsWithGlobals<ServiceOptions & DaysOptions>();
  await withService(service, (client) => work(client, withDays(USAGES, { from, until })));
}
