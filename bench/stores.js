import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElasticsearchService } from '@nestjs/elasticsearch';
import { Registry } from 'prom-client';
import { readConfiguration } from '../dist/config/read-configuration.js';
import { ALL_REPORTS } from '../dist/reports/report-types.js';
import { clientOptions } from '../dist/storage/elasticsearch/client/client-options.js';
import { ElasticsearchRepository } from '../dist/storage/elasticsearch/elasticsearch.repository.js';
import { DuckDbRepository } from '../dist/storage/duckdb/duckdb.repository.js';
import { StoreMetrics } from '../dist/storage/store-metrics.js';
import { Clock } from '../dist/time/clock.js';

/** The stores to measure side by side: a cluster too where `ELASTICSEARCH_URL` names one. */
export function storesToMeasure() {
  return process.env.ELASTICSEARCH_URL ? [EmbeddedStore, ElasticsearchStore] : [EmbeddedStore];
}

const dataDirs = [];
process.once('exit', () => {
  for (const each of dataDirs) rmSync(each, { recursive: true, force: true });
});

/** Creates a folder that is removed when the process ends, at the latest. */
export async function createDataDir() {
  const dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-bench-'));
  dataDirs.push(dataDir);
  return dataDir;
}

/** Runs `work` with a new store, and removes the store afterwards. */
export async function withStore(Store, work) {
  const store = await Store.create();
  try {
    return await work(store);
  } finally {
    await store.remove();
  }
}

/** Runs `work` with the repository of a store, and closes it afterwards. */
export async function withRepository(store, work) {
  const repository = await store.open();
  try {
    return await work(repository);
  } finally {
    await repository.onApplicationShutdown();
  }
}

class EmbeddedStore {
  static label = 'embedded';
  /** How many batches are recorded at a time. */
  writers = 1;

  static async create() {
    return new EmbeddedStore(await createDataDir());
  }

  /** As another process made it. */
  static existing({ dataDir }) {
    return new EmbeddedStore(dataDir);
  }

  constructor(dataDir) {
    this.dataDir = dataDir;
    this.environment = { DATA_DIR: dataDir, ELASTICSEARCH_URL: '' };
  }

  async open() {
    const configuration = readConfiguration(this.environment);
    const repository = new DuckDbRepository(configuration, new Clock(), new StoreMetrics(new Registry()), ALL_REPORTS);
    await repository.onModuleInit();
    return repository;
  }

  /** What usages take, in bytes. */
  async size() {
    return (await stat(join(this.dataDir, 'osf-metrics.duckdb'))).size;
  }

  async remove() {
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

class ElasticsearchStore {
  static label = 'Elasticsearch';
  writers = 4;

  static async create() {
    const dataDir = await createDataDir();
    return new ElasticsearchStore(dataDir, `bench-${randomBytes(4).toString('hex')}`);
  }

  static existing({ dataDir, prefix }) {
    return new ElasticsearchStore(dataDir, prefix);
  }

  constructor(dataDir, prefix) {
    this.dataDir = dataDir;
    this.prefix = prefix;
    this.environment = {
      DATA_DIR: dataDir,
      ELASTICSEARCH_URL: process.env.ELASTICSEARCH_URL,
      ELASTICSEARCH_PREFIX: this.prefix,
      ELASTICSEARCH_REPLICAS: '0',
      ELASTICSEARCH_TIMEOUT_SECONDS: '60',
    };
    this.client = this.newClient();
  }

  async open() {
    const configuration = readConfiguration(this.environment);
    const metrics = new StoreMetrics(new Registry());
    const repository = new ElasticsearchRepository(configuration, new Clock(), metrics, this.newClient(), ALL_REPORTS);
    await repository.onModuleInit();
    return repository;
  }

  async size() {
    const index = `${this.prefix}-usages-*`;
    await this.client.indices.flush({ index });
    const { _all } = await this.client.indices.stats({ index, metric: 'store' });
    return _all.total.store.size_in_bytes;
  }

  async remove() {
    const indexes = Object.keys(await this.client.indices.get({ index: `${this.prefix}-*` }));
    if (indexes.length > 0) await this.client.indices.delete({ index: indexes });
    await this.client.indices.deleteIndexTemplate({ name: `${this.prefix}-*` }, { ignore: [404] });
    await this.client.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  newClient() {
    return new ElasticsearchService(clientOptions(readConfiguration(this.environment)));
  }
}
