import type { Command } from 'commander';
import { addDaysOptions, type DaysOptions, exportLines, withDays } from './export-lines.js';
import { addLinesImportCommand } from './import-lines.js';
import type { ServiceClient } from './service-client.js';
import { type ServiceOptions, withService } from './with-service.js';

/** Events of one kind, as they are moved. */
interface EventKind {
  readonly command: string;
  readonly description: string;
  /** What they are called in what is said of them. */
  readonly events: string;
  /** The route of the service that exports them; its `batch` imports them. */
  readonly path: string;
}

const KINDS: readonly EventKind[] = [
  { command: 'usages', description: 'recorded usages', events: 'usages', path: 'events/counted_usage' },
  {
    command: 'moderations',
    description: 'steps of registrations through moderation',
    events: 'steps',
    path: 'events/registries_moderation',
  },
];

/** Adds what imports, exports and counts events of each kind. */
export function addEventCommands(program: Command): void {
  for (const kind of KINDS) addCommandsOf(kind, program);
}

function addCommandsOf({ command: name, description, events, path }: EventKind, program: Command): void {
  const parent = program.command(name).description(description);
  addLinesImportCommand(parent, `record ${events}`, `${path}/batch`);
  addDaysOptions(parent.command('export'))
    .description(`write ${events} in order of time as lines of JSON, as \`${name} import\` reads them`)
    .action(async (_options, command: Command) => {
      await withEvents(command, path, async (client, route) => {
        console.error(`${await exportLines(client, route, events)} ${events}`);
      });
    });
  addDaysOptions(parent.command('count'))
    .description(`say how many ${events} there are`)
    .action(async (_options, command: Command) => {
      await withEvents(command, path, async (client, route) => {
        console.log(`${await client.countLines(route)} ${events}`);
      });
    });
}

async function withEvents(
  command: Command,
  path: string,
  work: (client: ServiceClient, route: string) => Promise<void>,
): Promise<void> {
  const { from, until, ...service } = command.optsWithGlobals<ServiceOptions & DaysOptions>();
  await withService(service, (client) => work(client, withDays(path, { from, until })));
}
