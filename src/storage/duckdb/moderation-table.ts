import { moderationKey, RegistriesModeration, RegistriesModerationSummary } from '../../model/registries-moderation.js';
import type { TimeRange } from '../../time/time-range.js';
import type { Database } from './database.js';
import { DeclaredTable } from './declared-table.js';
import { readByTime } from './read-by-time.js';
import { compileTimeRange, selectOne, selectRows } from './sql.js';

type StepRow = { timestamp: Date } & Record<string, unknown>;
type SummaryRow = { provider_id: string } & Record<string, bigint>;

/** At a provider without moderators, `submit` itself accepts a registration. */
const SUMMARY_SELECT = `
  select provider_id,
    count(comment) as transitions_with_comments,
    count(*) filter (comment is null) as transitions_without_comments,
    count(*) filter (trigger = 'submit') as submissions,
    count(*) filter (trigger in ('submit', 'accept_submission') and to_state = 'embargo') as accepted_with_embargo,
    count(*) filter (trigger in ('submit', 'accept_submission') and to_state = 'accepted') as accepted_without_embargo,
    count(*) filter (trigger = 'reject_submission' and to_state = 'rejected') as rejected,
    count(*) filter (to_state = 'withdrawn') as withdrawn
  from registries_moderation`;

/** Stores moderation steps. */
export class ModerationTable {
  readonly table = new DeclaredTable('registries_moderation', RegistriesModeration);

  constructor(private readonly database: Database) {}

  async record(steps: readonly RegistriesModeration[]): Promise<void> {
    const stepOfKey = new Map(steps.map((step) => [moderationKey(step), step]));
    await this.database.write(async (connection) => await this.table.replace(connection, stepOfKey));
  }

  async *stream(range: TimeRange): AsyncIterable<RegistriesModeration> {
    const steps = { table: this.table.name, key: 'record_key' };
    for await (const row of readByTime<StepRow>(this.database, steps, range)) yield this.table.readRecord(row);
  }

  async count(range: TimeRange): Promise<number> {
    const { sql, values } = compileTimeRange(range);
    const select = `select count(*) as steps from registries_moderation where ${sql}`;
    const { steps } = await this.database.read((connection) =>
      selectOne<{ steps: bigint }>(connection, select, values),
    );
    return Number(steps);
  }

  async summarize(range: TimeRange): Promise<RegistriesModerationSummary[]> {
    const { sql, values } = compileTimeRange(range);
    const select = `${SUMMARY_SELECT} where ${sql} group by provider_id order by provider_id`;
    const rows = await this.database.read((connection) => selectRows<SummaryRow>(connection, select, values));
    return rows.map(({ provider_id, ...counts }) => {
      const numbers = Object.entries(counts).map(([name, count]) => [name, Number(count)]);
      return Object.assign(new RegistriesModerationSummary(), { provider_id }, Object.fromEntries(numbers) as object);
    });
  }
}
