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
      const problems = await withSetup((setup) => setup.check());
      if (!problems) {
        console.log(NO_SETUP);
        return;
      }
      if (problems.length > 0) throw new CommandError(toLines(problems));
      console.log('templates and indexes are up to date');
    });
  storage
    .command('setup')
    .alias('upgrade')
    .description('creates missing templates and indexes and adds missing fields; the service also does this at startup')
    .action(async () => {
      const fixed = await withSetup((setup) => setup.upgrade());
      if (!fixed) {
        console.log(NO_SETUP);
        return;
      }
      console.log(fixed.length > 0 ? `fixed:\n${toLines(fixed)}` : 'templates and indexes were already up to date');
    });
}

/** Undefined for the embedded store. Imported on demand, so that other commands start without loading the Elasticsearch client. */
async function withSetup(work: (setup: IndexSetup) => Promise<SetupProblem[]>): Promise<SetupProblem[] | undefined> {
  const { withIndexSetup } = await import('./with-index-setup.js');
  return await withIndexSetup(work);
}

function toLines(problems: readonly SetupProblem[]): string {
  return problems.map(({ message }) => message).join('\n');
}
