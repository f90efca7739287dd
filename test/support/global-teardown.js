import { Client } from '@elastic/elasticsearch';

/** Removes what the tests of this run left on the test cluster. An error here would discard the results of the tests. */
export default async function tearDown() {
  const { TEST_ELASTICSEARCH_URL: node, TEST_RUN_ID: run } = process.env;
  if (!node) return;
  try {
    await removeIndexes(node, run);
  } catch (error) {
    console.error(`Cannot remove the indexes of the tests: ${error.message}`);
  }
}

async function removeIndexes(node, run) {
  const client = new Client({ node });
  const indexes = Object.keys(await client.indices.get({ index: `test-${run}-*`, expand_wildcards: 'all' }));
  if (indexes.length > 0) await client.indices.delete({ index: indexes });
  await client.indices.deleteIndexTemplate({ name: `test-${run}-*` }, { ignore: [404] });
  await client.close();
}
