import { type Command, InvalidArgumentError, Option } from 'commander';
import { readConfiguration } from '../config/read-configuration.js';
import { CalendarDate } from '../time/calendar-date.js';
import { importOsf8 } from './osf8/import-osf8.js';
import { OSF8_RECORD_TYPES, osf8RecordTypes } from './osf8/osf8-records.js';
import { Osf8Source, type Osf8SourceOptions } from './osf8/osf8-source.js';
import { sessionSecret, sessionSecretPath } from './osf8/session-secret.js';
import { CommandError } from './service-client.js';
import { type ServiceOptions, withService } from './with-service.js';

interface Osf8Options extends ServiceOptions, Omit<Osf8SourceOptions, 'url'> {
  readonly from: string;
  readonly since?: CalendarDate;
  readonly until?: CalendarDate;
  readonly only?: readonly string[];
}

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('what other systems have recorded')
    .command('osf8')
    .description("move usages, reports and moderation steps from the OSF's own Elasticsearch 8. Safe to repeat")
    .requiredOption('--from <url>', 'where that Elasticsearch is', readUrl)
    .option('--prefix <prefix>', 'what stands before the names of its indexes', '')
    .option('--since <date>', 'the first day', readDate)
    .option('--until <date>', 'the last day', readDate)
    .addOption(new Option('--only <class...>', 'only records of these classes').choices(OSF8_RECORD_TYPES))
    .addOption(new Option('--username <name>', 'a user of it').env('OSF8_USERNAME'))
    .addOption(new Option('--password <password>', "the user's password").env('OSF8_PASSWORD'))
    .addOption(new Option('--api-key <key>', 'or an API key').env('OSF8_API_KEY'))
    .addOption(new Option('--ca <file>', 'the certificate of the authority that it trusts').env('OSF8_CA'))
    .action(async (_options, command: Command) => {
      const { url, key, from, since, until, only, ...access } = command.optsWithGlobals<Osf8Options>();
      if (since && until && until.compare(since) < 0) throw new CommandError('--until must not be before --since');
      const configuration = readConfiguration(process.env);
      const types = osf8RecordTypes(await sessionSecret(configuration));
      const source = new Osf8Source({ ...access, url: from });
      try {
        const chosen = types.filter(({ name }) => only?.includes(name) ?? true);
        await withService({ url, key }, (client) => importOsf8(client, source, chosen, { from: since, until }));
      } finally {
        await source.close();
      }
      console.log(`once all is moved, delete ${sessionSecretPath(configuration)}: it ties session-hours to the OSF's`);
    });
}

function readUrl(text: string): string {
  try {
    return new URL(text).href;
  } catch {
    throw new InvalidArgumentError('it must be a URL.');
  }
}

function readDate(text: string): CalendarDate {
  try {
    return CalendarDate.parse(text);
  } catch {
    throw new InvalidArgumentError('it must be a date (YYYY-MM-DD) that exists.');
  }
}
