import { Client } from '@elastic/elasticsearch';

/** Removes what the tests of this run left on the test cluster. */
export default async function tearDown() {
  const { TEST_ELASTICSEARCH_URL: node, TEST_RUN_ID: run } = process.env;
  if (!node) return;
  const client = new Client({ node });
  const indexes = Object.keys(await client.indices.get({ index: `test-${run}-*`, expand_wildcards: 'all' }));
  if (indexes.length > 0) await client.indices.delete({ index: indexes });
  await client.indices.deleteIndexTemplate({ name: `test-${run}-*` }, { ignore: [404] });
  await client.close();
}
