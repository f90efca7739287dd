import { randomUUID } from 'node:crypto';
import { Client } from '@elastic/elasticsearch';

/** Where there is a cluster for tests; without one these are skipped. */
export const elasticsearchUrl = process.env['TEST_ELASTICSEARCH_URL'];

/** `describe`, of tests that need a cluster. */
export const describeWithElasticsearch = elasticsearchUrl === undefined ? describe.skip : describe;

/** Indexes under a prefix of their own, which tell one test from another. */
export class TestIndexes {
  readonly prefix = `test-${randomUUID()}`;
  readonly client = new Client({ node: elasticsearchUrl ?? 'http://localhost:9200' });

  /** The settings of a service that keeps its data in these indexes. */
  get environment(): Record<string, string> {
    return {
      ELASTICSEARCH_URL: elasticsearchUrl ?? '',
      ELASTICSEARCH_PREFIX: this.prefix,
      ELASTICSEARCH_REPLICAS: '0',
    };
  }

  /** Lets searches find what was written until now. */
  async refresh(): Promise<void> {
    await this.client.indices.refresh({ index: `${this.prefix}-*` });
  }

  /** Removes all data; the service need not be set up anew. */
  async clear(): Promise<void> {
    const indexes = Object.keys(await this.client.indices.get({ index: `${this.prefix}-*` }));
    if (indexes.length > 0) await this.client.indices.delete({ index: indexes });
  }

  async remove(): Promise<void> {
    await this.clear();
    await this.client.indices.deleteIndexTemplate({ name: `${this.prefix}-*` }, { ignore: [404] });
    await this.client.close();
  }
}
