import type { Command } from 'commander';
import type { Finding, IndexSetup } from '../storage/elasticsearch/index-setup.js';
import { CommandError } from './service-client.js';

export function addStorageCommand(program: Command): void {
  const storage = program.command('storage').description("the cluster's templates and indexes (ELASTICSEARCH_URL)");
  storage
    .command('check')
    .description('what is not as this version needs it; changes nothing')
    .action(async () => {
      const findings = await withSetup((setup) => setup.check());
      if (findings.length > 0) throw new CommandError(describe(findings));
      console.log('everything is as it should be');
    });
  storage
    .command('setup')
    .alias('upgrade')
    .description('makes what is missing, and extends what is there; the service does the same at its start')
    .action(async () => {
      const mended = await withSetup((setup) => setup.upgrade());
      console.log(mended.length > 0 ? `mended:\n${describe(mended)}` : 'everything was as it should be');
    });
}

/** Loaded when it is needed: other commands start without Elasticsearch's client. */
async function withSetup(work: (setup: IndexSetup) => Promise<Finding[]>): Promise<Finding[]> {
  const { withIndexSetup } = await import('./with-index-setup.js');
  return await withIndexSetup(work);
}

function describe(findings: readonly Finding[]): string {
  return findings.map(({ text }) => text).join('\n');
}
