import { type Command, Option } from 'commander';
import { parseDate, parseUrl } from './option-values.js';
import type { Osf8Options } from './osf8/import-from-osf8.js';
import { MisuseError } from './service-client.js';

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('records of other systems')
    .command('osf8')
    .description("import usages, reports and moderation steps from the OSF's Elasticsearch 8. Safe to repeat")
    .requiredOption('--from <url>', 'URL of that Elasticsearch', parseUrl)
    .option('--prefix <prefix>', 'prefix of its index names', '')
    .option('--since <date>', 'first day', parseDate)
    .option('--until <date>', 'last day', parseDate)
    .option('--only <class...>', 'only records of these classes, for example OsfCountedUsageEvent')
    .addOption(new Option('--username <name>', 'user name').env('OSF8_USERNAME'))
    .addOption(new Option('--password <password>', 'password of the user').env('OSF8_PASSWORD'))
    .addOption(new Option('--api-key <key>', 'API key, instead of a user').env('OSF8_API_KEY'))
    .addOption(new Option('--ca <file>', 'certificate of the authority that signed its certificate').env('OSF8_CA'))
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<Osf8Options>();
      const { since, until } = options;
      if (since && until && until.compare(since) < 0) throw new MisuseError('--until must not be before --since');
      const { importFromOsf8 } = await import('./osf8/import-from-osf8.js');
      await importFromOsf8(options);
    });
}
