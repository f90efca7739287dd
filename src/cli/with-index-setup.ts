import { Client } from '@elastic/elasticsearch';
import { readConfiguration } from '../config/read-configuration.js';
import { ALL_REPORTS } from '../reports/report-types.js';
import { clientOptions } from '../storage/elasticsearch/client/client-options.js';
import { IndexNames } from '../storage/elasticsearch/indexes/index-names.js';
import { IndexSetup, IndexSetupError } from '../storage/elasticsearch/indexes/index-setup.js';
import { declaredTemplates } from '../storage/elasticsearch/indexes/index-templates.js';
import { StoreUnavailableError } from '../storage/metrics.repository.js';
import { CommandError } from './service-client.js';

/**
 * Runs `work` on the index setup of the configured cluster.
 * @returns undefined if none is configured: the embedded store needs no setup
 * @throws CommandError when the cluster is unavailable, or a problem cannot be fixed
 */
export async function withIndexSetup<T>(work: (setup: IndexSetup) => Promise<T>): Promise<T | undefined> {
  const configuration = readConfiguration(process.env);
  if (!configuration.usesElasticsearch) return undefined;
  const names = new IndexNames(configuration.elasticsearchPrefix);
  const client = new Client(clientOptions(configuration));
  try {
    return await work(new IndexSetup(client, names, declaredTemplates(names, configuration, ALL_REPORTS)));
  } catch (error) {
    if (error instanceof IndexSetupError || error instanceof StoreUnavailableError)
      throw new CommandError(error.message);
    throw error;
  } finally {
    await client.close();
  }
}
