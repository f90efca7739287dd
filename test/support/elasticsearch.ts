import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Client } from '@elastic/elasticsearch';

/** Where there is a cluster for tests; without one these are skipped. */
export const elasticsearchUrl = process.env['TEST_ELASTICSEARCH_URL'];
/** As `elasticsearchUrl`, of a cluster of three nodes whose nodes may be killed: the URLs of its nodes. */
const clusterUrls = process.env['TEST_ELASTICSEARCH_CLUSTER'];
/** The command that controls those nodes: `<command> kill-node 2`, `start-node 2`, `stop`, `start`. */
const clusterCommand = process.env['TEST_ELASTICSEARCH_CONTROL'];

/** `describe`, of tests that need a cluster. */
export const describeWithElasticsearch = elasticsearchUrl === undefined ? describe.skip : describe;
/** `describe`, of tests that need a cluster whose nodes may be killed. */
export const describeWithCluster = clusterUrls === undefined || clusterCommand === undefined ? describe.skip : describe;

/** Does something to the nodes of the cluster, and waits until it is done. */
export function controlCluster(...words: readonly string[]): void {
  execFileSync('bash', ['-c', `${clusterCommand ?? 'false'} "$@"`, 'control', ...words], { stdio: 'ignore' });
}

/** Indexes under a prefix of their own, which tell one test from another. */
export class TestIndexes {
  readonly prefix = `test-${randomUUID()}`;
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

  /** The settings of a service that keeps its data in these indexes. */
  get environment(): Record<string, string> {
    return {
      ELASTICSEARCH_URL: this.urls,
      ELASTICSEARCH_PREFIX: this.prefix,
      ELASTICSEARCH_REPLICAS: String(this.replicas),
    };
  }

  /** Lets searches find what was written until now. */
  async refresh(): Promise<void> {
    await this.client.indices.refresh({ index: `${this.prefix}-*` });
  }

  /** Removes all data; the templates stay. */
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
