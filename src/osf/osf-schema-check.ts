import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ConfigurationError } from '../config/read-configuration.js';
import { OsfDatabase } from './osf-database.js';
import { OSF_ITEM_COLUMNS } from './osf-items.js';
import { OSF_PERMISSION_COLUMNS } from './osf-permissions.js';
import { allColumns, OsfSchema } from './osf-schema.js';
import { orIfOsfUnavailable } from './osf-unavailable.error.js';

const CHECK_AGAIN_MILLISECONDS = 30_000;

/** What must be there for recording usages. A reporter whose columns are missing fails, and says so, by itself. */
export const NEEDED_COLUMNS = allColumns(OSF_ITEM_COLUMNS, OSF_PERMISSION_COLUMNS);

/**
 * Refuses to start beside an OSF whose tables are others than our queries need. While the OSF's database is away at the
 * start, usages are recorded, and this is looked at later.
 */
@Injectable()
export class OsfSchemaCheck implements OnModuleInit {
  private readonly logger = new Logger('osf-database');
  private isPending: boolean;

  constructor(
    { isConfigured }: OsfDatabase,
    private readonly schema: OsfSchema,
  ) {
    this.isPending = isConfigured;
  }

  async onModuleInit(): Promise<void> {
    const problems = await this.check();
    if (problems.length > 0) throw new ConfigurationError(problems.map((problem) => `OSF_DATABASE_URL: ${problem}`));
    if (this.isPending) this.logger.warn("the OSF's database is away: whether it has what is needed is seen later");
  }

  @Interval(CHECK_AGAIN_MILLISECONDS)
  async checkAgain(): Promise<void> {
    for (const problem of await this.check()) this.logger.error(problem);
  }

  /** Done as soon as the database answers. */
  private async check(): Promise<string[]> {
    if (!this.isPending) return [];
    const problems = await orIfOsfUnavailable(this.schema.problems(NEEDED_COLUMNS), undefined);
    this.isPending = problems === undefined;
    return problems ?? [];
  }
}
