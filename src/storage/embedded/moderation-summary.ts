import type { DuckDBConnection } from '@duckdb/node-api';
import { RegistriesModerationSummary } from '../../usage-events/registries-moderation.js';
import { selectRows } from './database.js';

/** Where no moderator looks at submissions, `submit` itself accepts them. */
const SQL = `
  select provider_id,
    count(comment) as transitions_with_comments,
    count(*) filter (comment is null) as transitions_without_comments,
    count(*) filter (trigger = 'submit') as submissions,
    count(*) filter (trigger in ('submit', 'accept_submission') and to_state = 'embargo') as accepted_with_embargo,
    count(*) filter (trigger in ('submit', 'accept_submission') and to_state = 'accepted') as accepted_without_embargo,
    count(*) filter (trigger = 'reject_submission' and to_state = 'rejected') as rejected,
    count(*) filter (to_state = 'withdrawn') as withdrawn
  from registries_moderation group by provider_id order by provider_id`;

export async function summarizeModerations(connection: DuckDBConnection): Promise<RegistriesModerationSummary[]> {
  const rows = await selectRows<{ provider_id: string } & Record<string, bigint>>(connection, SQL);
  return rows.map(({ provider_id, ...counts }) => {
    const numbers = Object.entries(counts).map(([name, count]) => [name, Number(count)]);
    return Object.assign(new RegistriesModerationSummary(), { provider_id }, Object.fromEntries(numbers) as object);
  });
}
