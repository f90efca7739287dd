import { type Command, Option } from 'commander';
import { readDate, readUrl } from './option-values.js';
import type { Osf8Options } from './osf8/import-from-osf8.js';
import { MisuseError } from './service-client.js';

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
    .option('--only <class...>', 'only records of these classes, as OsfCountedUsageEvent')
    .addOption(new Option('--username <name>', 'a user of it').env('OSF8_USERNAME'))
    .addOption(new Option('--password <password>', "the user's password").env('OSF8_PASSWORD'))
    .addOption(new Option('--api-key <key>', 'or an API key').env('OSF8_API_KEY'))
    .addOption(new Option('--ca <file>', 'the certificate of the authority that it trusts').env('OSF8_CA'))
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<Osf8Options>();
      const { since, until } = options;
      if (since && until && until.compare(since) < 0) throw new MisuseError('--until must not be before --since');
      const { importFromOsf8 } = await import('./osf8/import-from-osf8.js');
      await importFromOsf8(options);
    });
}
