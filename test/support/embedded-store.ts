import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { BackupScheduler } from '../../src/backups/backup-scheduler.service.js';
import { readConfiguration } from '../../src/config/read-configuration.js';
import type { CountedAuthUsage } from '../../src/model/counted-auth-usage.js';
import { BackupFolder } from '../../src/storage/backup-folder.js';
import { DuckDbRepository } from '../../src/storage/duckdb/duckdb.repository.js';
import type { Replay } from '../../src/storage/duckdb/journal/replay-journal.js';
import { restoreStore } from '../../src/storage/duckdb/restore-store.js';
import { StoreMetrics } from '../../src/storage/store-metrics.js';
import { TestClock } from './test-app.js';

/** The embedded store of one folder, without the rest of the service. */
export class EmbeddedStore {
  readonly clock = new TestClock(new Date('2026-11-24T12:00:00Z'));
  private opened: DuckDbRepository | undefined;

  private constructor(readonly folder: string) {}

  static async create(): Promise<EmbeddedStore> {
    return new EmbeddedStore(await mkdtemp(join(tmpdir(), 'osf-metrics-')));
  }

  get repository(): DuckDbRepository {
    if (!this.opened) throw new Error('the store is not open');
    return this.opened;
  }

  async open(): Promise<void> {
    const repository = new DuckDbRepository(this.configuration, this.clock, new StoreMetrics(new Registry()), []);
    await repository.onModuleInit();
    this.opened = repository;
  }

  async close(): Promise<void> {
    await this.opened?.onApplicationShutdown();
    this.opened = undefined;
  }

  /** A store in the state that the files have now, as after `kill -9`. */
  async copyFiles(): Promise<EmbeddedStore> {
    const copy = await EmbeddedStore.create();
    await cp(this.folder, copy.folder, { recursive: true, preserveTimestamps: true });
    return copy;
  }

  async backUp(): Promise<void> {
    const scheduler = new BackupScheduler(this.repository, this.configuration, this.clock, new Registry());
    this.clock.advance(86_400);
    await scheduler.makeIfDue();
  }

  /** Does what `osf-metrics restore` does. */
  async restore(): Promise<Replay> {
    const { backupDir } = this.configuration;
    const [backup] = await new BackupFolder(backupDir ?? '').list();
    const options = { folder: this.folder, backupDir, memoryMb: 128, metrics: new StoreMetrics(new Registry()) };
    return await restoreStore(backup?.path, { ...options, clock: this.clock, onInvalid: () => undefined }, []);
  }

  /** All stored usages as JSON, in the order of the texts. */
  async listUsages(): Promise<string[]> {
    const usages: CountedAuthUsage[] = [];
    for await (const each of this.repository.streamUsages({})) usages.push(each);
    return usages.map((usage) => JSON.stringify(usage)).sort();
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.folder, { recursive: true });
  }

  private get configuration(): ReturnType<typeof readConfiguration> {
    return readConfiguration({ DATA_DIR: this.folder, EMBEDDED_MEMORY_MB: '160' });
  }
}
