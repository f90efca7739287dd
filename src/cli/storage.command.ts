import { Client } from '@elastic/elasticsearch';
import type { Command } from 'commander';
import { readConfiguration } from '../config/read-configuration.js';
// Declares every type of report.
import '../reports/viewable-reports.js';
import { clientOptions } from '../storage/elasticsearch/client-options.js';
import { IndexNames } from '../storage/elasticsearch/index-names.js';
import { type Finding, IndexSetup, IndexSetupError } from '../storage/elasticsearch/index-setup.js';
import { declaredTemplates } from '../storage/elasticsearch/index-templates.js';
import { StoreUnavailableError } from '../storage/metrics-repository.js';
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

async function withSetup(work: (setup: IndexSetup) => Promise<Finding[]>): Promise<Finding[]> {
  const configuration = readConfiguration(process.env);
  if (configuration.elasticsearchUrls.length === 0) {
    throw new CommandError('ELASTICSEARCH_URL is not set; the embedded store needs no setting up');
  }
  const names = new IndexNames(configuration.elasticsearchPrefix);
  const client = new Client(clientOptions(configuration));
  try {
    return await work(new IndexSetup(client, names, declaredTemplates(names, configuration)));
  } catch (error) {
    if (error instanceof IndexSetupError || error instanceof StoreUnavailableError)
      throw new CommandError(error.message);
    throw error;
  } finally {
    await client.close();
  }
}

function describe(findings: readonly Finding[]): string {
  return findings.map(({ text }) => text).join('\n');
}
