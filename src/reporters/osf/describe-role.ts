import { DELETED_USER_COLUMNS } from '../../osf/deleted-users.service.js';
import { mergeColumns, type OsfColumns } from '../../osf/osf-schema.js';
import { LOOKUP_COLUMNS } from '../../osf/osf-schema-check.js';
import { dailyReporters, monthlyReporters } from '../all-reporters.js';

/** Returns the content of docs/osf-role.sql: SQL that creates the role for `OSF_DATABASE_URL`. */
export function describeOsfRole(): string {
  const columns = mergeColumns(LOOKUP_COLUMNS, DELETED_USER_COLUMNS, ...reportersColumns());
  const grants = Object.entries(columns).map(
    ([table, names]) => `GRANT SELECT (${names.join(', ')})\n  ON ${table} TO osf_metrics;\n`,
  );
  return `-- Creates a role that can read exactly the columns that osf-metrics needs. Run it as an administrator of the OSF's database,
-- and run it again after an upgrade: an existing role keeps its password and what it can read.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'osf_metrics') THEN
    CREATE ROLE osf_metrics LOGIN PASSWORD 'change me';
  END IF;
END $$;
ALTER ROLE osf_metrics SET default_transaction_read_only = on;
GRANT USAGE ON SCHEMA public TO osf_metrics;

${grants.join('')}`;
}

/** Reads the declared columns of instances without dependencies: declaring needs no database. */
function reportersColumns(): OsfColumns[] {
  const reporters = [...dailyReporters, ...monthlyReporters].map((Reporter) => new Reporter());
  return reporters.flatMap((reporter) => ('columns' in reporter ? (reporter.columns as OsfColumns[]) : []));
}
