import { TestIndexes } from './elasticsearch.js';

/** The indexes of this worker, when the tests run on Elasticsearch (`npm run test:elasticsearch`). */
const indexes = process.env['TEST_STORE'] === 'elasticsearch' ? TestIndexes.onOneNode() : undefined;
let dataDirInUse: string | undefined;

/** `describe` for tests that require the embedded store. */
export const describeEmbedded = indexes ? describe.skip : describe;

/** The store settings of a service: the embedded store in the folder, or indexes that are emptied for each new folder. */
export async function storeSettings(dataDir: string): Promise<Record<string, string>> {
  if (!indexes) return { DATA_DIR: dataDir };
  if (dataDir !== dataDirInUse) await indexes.clear();
  dataDirInUse = dataDir;
  return { DATA_DIR: dataDir, ...indexes.environment };
}

/** Makes recorded data visible to queries. With Elasticsearch, that takes up to a second otherwise. */
export async function refreshStore(): Promise<void> {
  await indexes?.refresh();
}
