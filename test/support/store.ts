import { TestIndexes } from './elasticsearch.js';

/** The cluster of a test file, when the tests run on Elasticsearch (`npm run test:elasticsearch`). */
const indexes = process.env['TEST_STORE'] === 'elasticsearch' ? TestIndexes.onOneNode() : undefined;
let dataDirInUse: string | undefined;

afterAll(async () => {
  await indexes?.remove();
});

/** `describe`, of tests that are about the embedded store. */
export const describeEmbedded = indexes ? describe.skip : describe;

/** The settings by which a service keeps its data: in the folder, or in a cluster that is empty for each new folder. */
export async function storeSettings(dataDir: string): Promise<Record<string, string>> {
  if (!indexes) return { DATA_DIR: dataDir };
  if (dataDir !== dataDirInUse) await indexes.clear();
  dataDirInUse = dataDir;
  return { DATA_DIR: dataDir, ...indexes.environment };
}

/** Lets queries find what was recorded until now; those of a cluster may be a second late. */
export async function refreshStore(): Promise<void> {
  await indexes?.refresh();
}
