import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { importLines } from './import-lines.js';
import { type ServiceOptions, withService } from './with-service.js';

interface ExportOptions extends ServiceOptions {
  readonly from?: string;
  readonly until?: string;
}

export function addUsagesCommand(program: Command): void {
  const usages = program.command('usages').description('recorded usages');
  usages
    .command('import [file]')
    .description('record usages, one as JSON in each line; `-`, the default, is standard input')
    .action(async (file = '-', _options, command: Command) => {
      await withService(command.optsWithGlobals<ServiceOptions>(), (client) =>
        importLines(client, 'events/counted_usage/batch', file as string),
      );
    });
  usages
    .command('export')
    .description('write usages as lines of JSON, as `usages import` reads them')
    .option('--from <date>', 'the first day')
    .option('--until <date>', 'the last day')
    .action(async (_options, command: Command) => {
      const { from, until, ...service } = command.optsWithGlobals<ExportOptions>();
      const given = Object.entries({ from, until }).filter(([, value]) => value !== undefined) as [string, string][];
      await withService(service, async (client) => {
        const lines = await client.stream(`events/counted_usage?${new URLSearchParams(given).toString()}`);
        await pipeline(Readable.from(lines), process.stdout, { end: false });
      });
    });
}
