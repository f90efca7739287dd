import { Injectable, Logger, Scope } from '@nestjs/common';
import { OsfDatabase } from '../../osf/osf-database.js';
import { mergeColumns, type OsfColumns, OsfSchema } from '../../osf/osf-schema.js';

/** A query of the OSF's database. */
export interface OsfQuery {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Runs the query of a reporter. Each reporter has its own instance, which knows whether its columns are readable. */
@Injectable({ scope: Scope.TRANSIENT })
export class OsfQueryRunner {
  private readonly logger = new Logger(OsfQueryRunner.name);
  private problems: readonly string[] = [];

  constructor(
    private readonly database: OsfDatabase,
    private readonly schema: OsfSchema,
  ) {}

  /** Why queries cannot run; undefined if they can, or if `checkColumns` could not reach the database. */
  get unavailable(): string | undefined {
    if (!this.database.isConfigured) return 'requires the OSF’s database (OSF_DATABASE_URL)';
    return this.problems.length === 0 ? undefined : `the OSF’s database: ${this.problems.join(', ')}`;
  }

  /** Checks that the columns exist and are readable. */
  async checkColumns(columns: readonly OsfColumns[]): Promise<void> {
    if (!this.database.isConfigured) return;
    try {
      this.problems = await this.schema.findProblems(mergeColumns(...columns));
    } catch (error) {
      this.logger.warn((error as Error).message);
    }
  }

  /** Reads all rows at once. Without a cursor, PostgreSQL can use several processors. */
  select<Row extends object>({ sql, values }: OsfQuery, signal?: AbortSignal): AsyncIterable<Row> {
    return this.database.inSnapshot(
      async function* (snapshot) {
        yield* await snapshot.select<Row>(sql, values);
      },
      { signal },
    );
  }

  /** Reads the rows of a large result page by page. */
  stream<Row extends object>({ sql, values }: OsfQuery, signal?: AbortSignal): AsyncIterable<Row> {
    return this.database.inSnapshot((snapshot) => snapshot.stream<Row>(sql, values), { signal });
  }
}
