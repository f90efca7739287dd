import type { Command } from 'commander';
import { countOf } from './count-of.js';
import { addDaysOptions, type DaysOptions, exportLines, withDays } from './export-lines.js';
import { addLinesImportCommand } from './import-lines.js';
import { addRefreshItemsCommand } from './refresh-items.command.js';
import type { ServiceClient } from './service-client.js';
import { type ServiceOptions, withService } from './with-service.js';

/** Events that can be imported, exported and counted. */
interface EventKind {
  readonly command: string;
  readonly description: string;
  /** The singular noun in messages. */
  readonly event: string;
  /** The route that exports them; its subroute `batch` imports them. */
  readonly path: string;
}

const KINDS: readonly EventKind[] = [
  { command: 'usages', description: 'recorded usages', event: 'usage', path: 'events/counted_usage' },
  {
    command: 'moderations',
    description: 'moderation steps of registrations',
    event: 'step',
    path: 'events/registries_moderation',
  },
];

/** Adds the commands that import, export and count events of each kind. */
export function addEventCommands(program: Command): void {
  const [usages] = KINDS.map((kind) => addKind(kind, program));
  if (usages) addRefreshItemsCommand(usages);
}

function addKind({ command: name, description, event, path }: EventKind, program: Command): Command {
  const parent = program.command(name).description(description);
  addLinesImportCommand(parent, `record ${event}s`, `${path}/batch`);
  addDaysOptions(parent.command('export'))
    .description(`write ${event}s as JSON lines in order of time, in the format of \`${name} import\``)
    .action(async (_options, command: Command) => {
      await withEvents(command, path, async (client, route) => {
        console.error(countOf(await exportLines(client, route, event), event));
      });
    });
  addDaysOptions(parent.command('count'))
    .description(`count the ${event}s`)
    .action(async (_options, command: Command) => {
      await withEvents(command, path, async (client, route) => {
        console.log(countOf(await client.countLines(route), event));
      });
    });
  return parent;
}

async function withEvents(
  command: Command,
  path: string,
  work: (client: ServiceClient, route: string) => Promise<void>,
): Promise<void> {
  const { from, until, ...service } = command.optsWithGlobals<ServiceOptions & DaysOptions>();
  await withService(service, (client) => work(client, withDays(path, { from, until })));
}
