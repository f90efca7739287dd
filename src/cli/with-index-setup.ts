import { Client } from '@elastic/elasticsearch';
import { readConfiguration } from '../config/read-configuration.js';
import { ALL_REPORTS } from '../reports/report-types.js';
import { clientOptions } from '../storage/elasticsearch/client-options.js';
import { IndexNames } from '../storage/elasticsearch/index-names.js';
import { IndexSetup, IndexSetupError } from '../storage/elasticsearch/index-setup.js';
import { declaredTemplates } from '../storage/elasticsearch/index-templates.js';
import { StoreUnavailableError } from '../storage/metrics.repository.js';
import { CommandError } from './service-client.js';

/**
 * Does something with the setup of the cluster that the configuration names.
 *
 * @throws CommandError when there is none, it cannot be reached, or what is there cannot be mended
 */
export async function withIndexSetup<T>(work: (setup: IndexSetup) => Promise<T>): Promise<T> {
  const configuration = readConfiguration(process.env);
  if (!configuration.usesElasticsearch) {
    throw new CommandError('ELASTICSEARCH_URL is not set; the embedded store needs no setting up');
  }
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
