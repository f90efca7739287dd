import type { OsfColumns } from '../../../src/osf/osf-schema.js';
import { LOOKUP_COLUMNS } from '../../../src/osf/osf-schema-check.js';
import { ReporterRegistry } from '../../../src/reporters/reporter-registry.service.js';
import { describeWithOsfDatabase } from '../../support/osf-database.js';
import { DAY, MONTH, OsfReports } from '../../support/osf-reports.js';
import { requestRun, run } from '../../support/reporter-runs.js';
import { ADMIN_KEY } from '../../support/test-app.js';

const REPORTERS = [
  ['institution_summary', DAY],
  ['new_user_domains', DAY],
  ['node_summary', DAY],
  ['osfstorage_file_count', DAY],
  ['preprint_summary', DAY],
  ['storage_addon_usage', DAY],
  ['user_summary', DAY],
  ['institution_summary_monthly', MONTH],
  ['institutional_users', MONTH],
  ['private_spam_metrics', MONTH],
  ['spam_summary', MONTH],
] as const;

describeWithOsfDatabase('the columns that a reporter declares', () => {
  let reports: OsfReports;
  let url: string;

  beforeAll(async () => {
    reports = await OsfReports.start();
    url = await reports.osf.createRole();
  });
  afterAll(async () => await reports.stop());
  beforeEach(async () => {
    await reports.osf.restrictRole(LOOKUP_COLUMNS);
    await reports.startApp({ OSF_DATABASE_URL: url });
  });
  afterEach(async () => await reports.stopApp());

  async function unavailable(): Promise<Map<string, string | null>> {
    const { data } = await reports.app.json<{ data: { id: string; attributes: { unavailable: string | null } }[] }>(
      'reporters/',
      { key: ADMIN_KEY },
    );
    return new Map(data.map(({ id, attributes }) => [id, attributes.unavailable]));
  }

  it.each(REPORTERS)('are all that the user of the database needs to read for %s', async (id, cycle) => {
    expect((await unavailable()).get(id)).toContain('is not readable by this database user');
    const reporter = reports.app.nest.get(ReporterRegistry, { strict: false }).find(id);
    const { columns } = reporter as unknown as { columns: readonly OsfColumns[] };
    await reports.osf.restrictRole(LOOKUP_COLUMNS, ...columns);
    await reports.stopApp();
    await reports.startApp({ OSF_DATABASE_URL: url });
    expect((await unavailable()).get(id)).toBeNull();
    expect((await run(reports.app, id, cycle)).attributes).toMatchObject({ state: 'succeeded', error: null });
  });

  it('make the reporter unavailable when they are missing, and are named', async () => {
    await reports.stopApp();
    await reports.osf.query('ALTER TABLE osf_retraction RENAME COLUMN date_retracted TO date_withdrawn');
    try {
      await reports.startApp();
      const reasons = await unavailable();
      expect(reasons.get('node_summary')).toBe('the OSF’s database: osf_retraction.date_retracted is missing');
      expect(reasons.get('user_summary')).toBeNull();
      expect((await requestRun(reports.app, 'node_summary', DAY)).status).toBe(409);
    } finally {
      await reports.osf.query('ALTER TABLE osf_retraction RENAME COLUMN date_withdrawn TO date_retracted');
    }
  });

  it('are not checked while the database is unavailable, and the service starts', async () => {
    await reports.stopApp();
    await reports.startApp({ OSF_DATABASE_URL: 'postgres://postgres@127.0.0.1:1/osf' });
    expect([...(await unavailable()).values()].every((reason) => reason === null)).toBe(true);
  });
});
