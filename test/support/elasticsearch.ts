import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { Client } from '@elastic/elasticsearch';

/** The URL of a cluster for tests. Tests that need one are skipped when it is not set. */
export const elasticsearchUrl = process.env['TEST_ELASTICSEARCH_URL'];
/** The URLs, separated by commas, of a three-node cluster whose nodes the tests may kill. */
const clusterUrls = process.env['TEST_ELASTICSEARCH_CLUSTER'];
/** The program that controls those nodes. Its arguments are `kill-node 2`, `start-node 2`, `stop` or `start`. */
const clusterCommand = process.env['TEST_ELASTICSEARCH_CONTROL'];

/** `describe` for tests that need a cluster. */
export const describeWithElasticsearch = elasticsearchUrl === undefined ? describe.skip : describe;
/** `describe` for tests that kill the nodes of a cluster. */
export const describeWithCluster = clusterUrls === undefined || clusterCommand === undefined ? describe.skip : describe;

/** Stops or starts nodes of the three-node cluster; resolves when that is done. */
export async function controlCluster(...args: readonly string[]): Promise<void> {
  await promisify(execFile)(clusterCommand ?? '', args);
}

/** Indexes with a unique prefix, which isolates tests from each other. The end of the run removes what tests leave. */
export class TestIndexes {
  readonly prefix = `test-${process.env['TEST_RUN_ID']}-${randomUUID()}`;
  readonly client: Client;

  private constructor(
    private readonly urls: string,
    private readonly replicas: number,
  ) {
    this.client = new Client({ nodes: urls.split(',') });
  }

  static onOneNode(): TestIndexes {
    return new TestIndexes(elasticsearchUrl ?? 'http://localhost:9200', 0);
  }

  static onCluster(): TestIndexes {
    return new TestIndexes(clusterUrls ?? 'http://localhost:9200', 1);
  }

  /** The configuration of a service that stores its data in these indexes. */
  get environment(): Record<string, string> {
    return {
      ELASTICSEARCH_URL: this.urls,
      ELASTICSEARCH_PREFIX: this.prefix,
      ELASTICSEARCH_REPLICAS: String(this.replicas),
    };
  }

  /** Makes everything written so far visible to searches. */
  async refresh(): Promise<void> {
    await this.client.indices.refresh({ index: `${this.prefix}-*` });
  }

  /** Deletes the indexes; the templates stay. */
  async clear(): Promise<void> {
    const indexes = Object.keys(await this.client.indices.get({ index: `${this.prefix}-*` }));
    if (indexes.length > 0) await this.client.indices.delete({ index: indexes });
  }

  /** Deletes the indexes and templates. */
  async remove(): Promise<void> {
    await this.clear();
    await this.client.indices.deleteIndexTemplate({ name: `${this.prefix}-*` }, { ignore: [404] });
    await this.client.close();
  }
}
