import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ConfigurationError } from '../config/read-configuration.js';
import { OsfDatabase } from './osf-database.js';
import { INSTITUTION_STATE_COLUMNS } from './osf-institutions.js';
import { ITEM_COLUMNS } from './osf-items.js';
import { INSTITUTION_ADMIN_COLUMNS, READABLE_ITEM_COLUMNS } from './osf-permissions.js';
import { mergeColumns, OsfSchema } from './osf-schema.js';
import { orIfOsfUnavailable } from './osf-unavailable.error.js';

const RETRY_MILLISECONDS = 30_000;

/**
 * The columns of all lookups. A lookup that fails pauses the others, and usages would be recorded as of unknown items.
 * Reporters check their own columns and are unavailable without them.
 */
export const LOOKUP_COLUMNS = mergeColumns(
  ITEM_COLUMNS,
  READABLE_ITEM_COLUMNS,
  INSTITUTION_ADMIN_COLUMNS,
  INSTITUTION_STATE_COLUMNS,
);

/**
 * Stops the start when the OSF's tables lack columns that lookups need. While the database is unavailable, the service
 * starts and records usages, and the check is repeated until it has run once.
 */
@Injectable()
export class OsfSchemaCheck implements OnModuleInit {
  private readonly logger = new Logger(OsfSchemaCheck.name);
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
    if (this.isPending) this.logger.warn("the OSF's database is unavailable; its tables will be checked later");
  }

  @Interval(RETRY_MILLISECONDS)
  async retry(): Promise<void> {
    for (const problem of await this.check()) this.logger.error(problem);
  }

  private async check(): Promise<string[]> {
    if (!this.isPending) return [];
    const problems = await orIfOsfUnavailable(this.schema.findProblems(LOOKUP_COLUMNS), undefined);
    this.isPending = problems === undefined;
    return problems ?? [];
  }
}
