import { DELETED_USER_COLUMNS } from '../../osf/deleted-users.service.js';
import { mergeColumns, type OsfColumns } from '../../osf/osf-schema.js';
import { LOOKUP_COLUMNS } from '../../osf/osf-schema-check.js';
import { dailyReporters, monthlyReporters } from '../all-reporters.js';

/** The role with which the service reads the OSF's database, as SQL for docs/osf-role.sql. */
export function osfRole(): string {
  const columns = mergeColumns(LOOKUP_COLUMNS, DELETED_USER_COLUMNS, ...reportersColumns());
  const grants = Object.entries(columns).map(
    ([table, names]) => `GRANT SELECT (${names.join(', ')})\n  ON ${table} TO osf_metrics;\n`,
  );
  return `-- For an administrator of the OSF's database: a role that can read what osf-metrics reads of it, and nothing else.
CREATE ROLE osf_metrics LOGIN PASSWORD 'change me';
ALTER ROLE osf_metrics SET default_transaction_read_only = on;
GRANT USAGE ON SCHEMA public TO osf_metrics;

${grants.join('')}`;
}

/** A reporter need not be able to run for saying what it would read. */
function reportersColumns(): OsfColumns[] {
  const reporters = [...dailyReporters, ...monthlyReporters].map((Reporter) => new Reporter());
  return reporters.flatMap((reporter) => ('columns' in reporter ? (reporter.columns as OsfColumns[]) : []));
}
