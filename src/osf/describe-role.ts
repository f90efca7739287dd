import { NEEDED_COLUMNS } from './osf-schema-check.js';

/** The role with which the service reads the OSF's database, as SQL for docs/osf-role.sql. */
export function osfRole(): string {
  const grants = Object.entries(NEEDED_COLUMNS).map(
    ([table, columns]) => `GRANT SELECT (${columns.join(', ')})\n  ON ${table} TO osf_metrics;\n`,
  );
  return `-- For an administrator of the OSF's database: a role that can read what osf-metrics reads of it, and nothing else.
CREATE ROLE osf_metrics LOGIN PASSWORD 'change me';
ALTER ROLE osf_metrics SET default_transaction_read_only = on;
GRANT USAGE ON SCHEMA public TO osf_metrics;

${grants.join('')}`;
}
