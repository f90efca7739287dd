import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Configuration } from '../../../config/configuration.js';
import { StoreUnavailableError } from '../../metrics.repository.js';
import type { Cluster } from '../client/cluster.js';
import type { IndexNames } from './index-names.js';
import { IndexSetup } from './index-setup.js';
import type { DeclaredTemplate } from './index-templates.js';
import { missingPrivileges } from './privileges.js';

const RETRY_MILLISECONDS = 2_000;

/** Sets up the indexes when the service starts, then marks the cluster ready. */
export class IndexInitializer {
  private readonly logger = new Logger(IndexInitializer.name);
  private isStopped = false;

  constructor(
    private readonly configuration: Configuration,
    private readonly cluster: Cluster,
    private readonly names: IndexNames,
    private readonly templates: readonly DeclaredTemplate[],
    /** What remains to do once the indexes have their declared mappings. */
    private readonly migrate: () => Promise<void>,
    /** What remains to do beside the running service. */
    private readonly migrateLater: () => Promise<void>,
  ) {}

  /**
   * Resolves even when the cluster is unavailable: the service then starts without being ready, and setup is retried.
   * @throws IndexSetupError when an index cannot be brought to its declared mapping
   */
  async start(): Promise<void> {
    try {
      await this.initialize();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      this.logger.warn(`not ready, will retry: ${error.message}`);
      void this.retryUntilReady();
    }
  }

  stop(): void {
    this.isStopped = true;
  }

  private async initialize(): Promise<void> {
    await this.requirePrivileges();
    const fixed = await new IndexSetup(this.cluster.client, this.names, this.templates).upgrade();
    if (fixed.length > 0) this.logger.log(`set up templates and indexes: ${fixed.length} differences fixed`);
    await this.migrate();
    this.cluster.markReady();
    void this.migrateLater().catch((error: unknown) => {
      if (!this.isStopped) this.logger.error({ err: error }, 'a migration failed; the next start repeats it');
    });
  }

  private async requirePrivileges(): Promise<void> {
    const { elasticsearchUsername, elasticsearchApiKey } = this.configuration;
    if (elasticsearchUsername === '' && elasticsearchApiKey === '') return;
    const missing = await missingPrivileges(this.cluster.client, this.names);
    if (!missing) this.logger.warn('cannot check privileges: security is disabled on the cluster');
    if (missing && missing.length > 0)
      throw new Error(`the Elasticsearch user lacks privileges: ${missing.join(', ')}`);
  }

  /** Once the service has started, every error is logged and retried, not only an unavailable cluster. */
  private async retryUntilReady(): Promise<void> {
    while (!this.isStopped) {
      await delay(RETRY_MILLISECONDS, undefined, { ref: false });
      try {
        await this.initialize();
        return;
      } catch (error) {
        this.logger.warn(`not ready, will retry: ${(error as Error).message}`);
      }
    }
  }
}
