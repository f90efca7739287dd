import type { Command } from 'commander';
import type { IndexSetup, SetupProblem } from '../storage/elasticsearch/indexes/index-setup.js';
import { CommandError } from './service-client.js';

const NO_SETUP =
  'nothing to set up: ELASTICSEARCH_URL is not set, and the service sets up the embedded store at its start';

export function addStorageCommand(program: Command): void {
  const storage = program
    .command('storage')
    .description('checks and sets up the index templates and indexes in Elasticsearch (ELASTICSEARCH_URL)');
  storage
    .command('check')
    .description('lists templates and indexes that do not match this version; changes nothing')
    .action(async () => {
      await withSetup(
        (setup) => setup.check(),
        (problems) => {
          if (problems.length > 0) throw new CommandError(toLines(problems));
          console.log('templates and indexes are up to date');
        },
      );
    });
  storage
    .command('setup')
    .alias('upgrade')
    .description('creates missing templates and indexes and adds missing fields; the service also does this at startup')
    .action(async () => {
      await withSetup(
        (setup) => setup.upgrade(),
        (fixed) => {
          console.log(fixed.length > 0 ? `fixed:\n${toLines(fixed)}` : 'templates and indexes were already up to date');
        },
      );
    });
}

/** Imports the setup on demand, so that other commands start without loading the Elasticsearch client. */
async function withSetup(
  work: (setup: IndexSetup) => Promise<SetupProblem[]>,
  report: (problems: readonly SetupProblem[]) => void,
): Promise<void> {
  const { withIndexSetup } = await import('./with-index-setup.js');
  const problems = await withIndexSetup(work);
  if (problems) report(problems);
  else console.log(NO_SETUP);
}

function toLines(problems: readonly SetupProblem[]): string {
  return problems.map(({ message }) => message).join('\n');
}
