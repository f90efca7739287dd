import { Injectable, Logger, Scope } from '@nestjs/common';
import { OsfDatabase } from '../../osf/osf-database.js';
import { mergeColumns, type OsfColumns, OsfSchema } from '../../osf/osf-schema.js';

/** A query of the OSF's database. */
export interface OsfStatement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** What a reporter has to do with the OSF's database. Each has one of its own. */
@Injectable({ scope: Scope.TRANSIENT })
export class OsfQueryRunner {
  private readonly logger = new Logger(OsfQueryRunner.name);
  private problems: readonly string[] = [];

  constructor(
    private readonly database: OsfDatabase,
    private readonly schema: OsfSchema,
  ) {}

  /** Why nothing can be read; undefined when it can, as far as is known. */
  get unavailable(): string | undefined {
    if (!this.database.isConfigured) return 'needs the OSF’s database (OSF_DATABASE_URL)';
    return this.problems.length === 0 ? undefined : `the OSF’s database: ${this.problems.join(', ')}`;
  }

  /** Finds out whether the columns can be read. While the database is away nobody knows: a run will tell. */
  async check(columns: readonly OsfColumns[]): Promise<void> {
    if (!this.database.isConfigured) return;
    try {
      this.problems = await this.schema.findProblems(mergeColumns(...columns));
    } catch (error) {
      this.logger.warn((error as Error).message);
    }
  }

  /** All rows, at once: PostgreSQL makes use of more than one processor then. */
  rows<Row extends object>({ sql, values }: OsfStatement, signal?: AbortSignal): AsyncIterable<Row> {
    return this.database.inSnapshot(
      async function* (snapshot) {
        yield* await snapshot.select<Row>(sql, values);
      },
      { signal },
    );
  }

  /** The rows, a page at a time. */
  pages<Row extends object>({ sql, values }: OsfStatement, signal?: AbortSignal): AsyncIterable<Row> {
    return this.database.inSnapshot((snapshot) => snapshot.stream<Row>(sql, values), { signal });
  }
}
