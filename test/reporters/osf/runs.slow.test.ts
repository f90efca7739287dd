import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { InstitutionalUserReporter } from '../../../src/reporters/osf/institutional-user.reporter.js';
import { DAILY_SCHEDULE, MONTHLY_SCHEDULE } from '../../../src/reporters/reporter.js';
import { MetricsRepository } from '../../../src/storage/metrics.repository.js';
import { YearMonth } from '../../../src/time/year-month.js';
import { describeWithOsfDatabase } from '../../support/osf-database.js';
import { DAY, MONTH, OsfReports } from '../../support/osf-reports.js';
import {
  eventually,
  history,
  requestRun,
  run,
  runs,
  tick,
  waitForEnd,
  waitForHistory,
} from '../../support/reporter-runs.js';
import { ADMIN_KEY, TestApp } from '../../support/test-app.js';

/** No server listens on this port. */
const DEAD_URL = 'postgres://postgres@127.0.0.1:1/osf';
/** More than are saved at a time. */
const USERS = 1_200;

describeWithOsfDatabase("runs of reporters that read the OSF's database", () => {
  let reports: OsfReports;
  let dataDir: string;

  beforeAll(async () => {
    reports = await OsfReports.start();
  });
  afterAll(async () => await reports.stop());
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'osf-metrics-'));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await reports.stopApp();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function startApp(environment: Record<string, string> = {}): Promise<void> {
    await reports.startApp({ DATA_DIR: dataDir, ...environment });
  }

  /** Stops the service, and starts it again with the same data. */
  async function restart(whileDown: () => Promise<void>): Promise<void> {
    await reports.app.stop({ keepData: true });
    await whileDown();
    reports.app = await TestApp.start({ OSF_DATABASE_URL: reports.osf.url, DATA_DIR: dataDir });
  }

  /** Locks the table, so that queries of it wait. @returns a function that unlocks it */
  async function lock(table: string): Promise<() => Promise<void>> {
    const client = new pg.Client({ connectionString: reports.osf.url });
    await client.connect();
    await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    return async () => await client.end();
  }

  async function waiting(): Promise<number[]> {
    const rows = await reports.osf.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'osf-metrics' AND wait_event_type = 'Lock'`,
    );
    return rows.map(({ pid }) => pid);
  }

  async function untilWaiting(): Promise<number> {
    return await eventually(async () => (await waiting())[0]);
  }

  /** Creates `USERS` users of one institution. */
  async function createUsers(): Promise<void> {
    const { osf } = reports;
    const institution = await osf.institution({ guid: 'uni' });
    const user = await osf.user({ guid: 'u0000' });
    await osf.affiliate(user, institution);
    const columns = await osf.query<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns
       WHERE table_name = 'osf_osfuser' AND column_name NOT IN ('id', 'username')`,
    );
    const names = columns.map(({ name }) => name).join();
    await osf.query(
      `INSERT INTO osf_osfuser (username, ${names})
       SELECT 'copy' || n, ${names} FROM osf_osfuser, generate_series(1, ${USERS - 1}) AS n`,
    );
    await osf.query(
      `INSERT INTO osf_guid (_id, object_id, content_type_id, created, modified)
       SELECT 'u' || lpad(substring(username FROM 5), 4, '0'), id, $1, created, created
       FROM osf_osfuser WHERE username LIKE 'copy%'`,
      [await osf.contentType('osfuser')],
    );
    await osf.query(
      `INSERT INTO osf_institutionaffiliation (created, modified, sso_other_attributes, institution_id, user_id)
       SELECT now(), now(), '{}', $1, id FROM osf_osfuser WHERE username LIKE 'copy%'`,
      [institution.id],
    );
  }

  it('are available when OSF_DATABASE_URL is set', async () => {
    await startApp();
    const { data } = await reports.app.json<{ data: { id: string; attributes: { unavailable: unknown } }[] }>(
      'reporters/',
      { key: ADMIN_KEY },
    );
    expect(data).toHaveLength(15);
    expect(data.filter(({ attributes }) => attributes.unavailable !== null)).toEqual([]);
  });

  it('start on schedule: daily at 06:00 UTC, monthly at 06:30 on the 2nd', async () => {
    await startApp({ REPORTERS_ENABLED: 'true' });
    reports.app.clock.set('2026-11-25T06:00:00Z');
    await tick(reports.app, DAILY_SCHEDULE);
    const daily = [
      'download_count',
      'institution_summary',
      'new_user_domains',
      'node_summary',
      'osfstorage_file_count',
      'preprint_summary',
      'storage_addon_usage',
      'user_summary',
    ].map((id) => `${id} 2026-11-24 succeeded`);
    await waitForHistory(reports.app, daily);
    reports.app.clock.set('2026-12-02T06:30:00Z');
    await tick(reports.app, MONTHLY_SCHEDULE);
    const monthly = [
      'institution_summary_monthly',
      'institutional_users',
      'private_spam_metrics',
      'public_item_usage',
      'spam_summary',
    ].map((id) => `${id} 2026-11 succeeded`);
    await waitForHistory(reports.app, [...daily, ...monthly]);
  });

  it('cancel their query when the service stops, and resume when it starts again', async () => {
    await startApp();
    const unlock = await lock('osf_osfuser');
    const response = await requestRun(reports.app, 'user_summary', DAY);
    const { data } = (await response.json()) as { data: { id: string } };
    await untilWaiting();
    await restart(async () => {
      expect(await waiting()).toEqual([]);
      await unlock();
    });
    expect(await waitForEnd(reports.app, data.id)).toMatchObject({
      attributes: { state: 'succeeded', reports_saved: 1 },
    });
    expect(await runs(reports.app)).toHaveLength(1);
  });

  it('cancel their query when another instance has taken over', async () => {
    const renewals: (() => void)[] = [];
    await startApp();
    jest.spyOn(global, 'setInterval').mockImplementationOnce((renew: () => void) => {
      renewals.push(renew);
      return { unref: () => undefined } as unknown as NodeJS.Timeout;
    });
    const unlock = await lock('osf_osfuser');
    await requestRun(reports.app, 'user_summary', DAY);
    const first = await untilWaiting();
    reports.app.clock.advance(61);
    renewals.forEach((renew) => renew());
    await eventually(async () => ((await waiting()).includes(first) ? undefined : true));
    expect(await history(reports.app)).toEqual([`user_summary ${DAY} running`]);
    await unlock();
    expect((await run(reports.app, 'user_summary', DAY)).attributes.state).toBe('succeeded');
  });

  it('are retried when their query times out, and fail with that reason when it always does', async () => {
    await startApp({ OSF_DATABASE_REPORT_SECONDS: '1', REPORTER_RETRY_SECONDS: '0' });
    const unlock = await lock('osf_abstractnode');
    const { attributes } = await run(reports.app, 'node_summary', DAY);
    expect(attributes).toMatchObject({ state: 'failed', reports_saved: 0 });
    expect(attributes.error).toMatch(/the OSF's database: .*statement timeout/);
    await requestRun(reports.app, 'node_summary', DAY);
    await untilWaiting();
    await unlock();
    await waitForHistory(reports.app, [`node_summary ${DAY} failed`, `node_summary ${DAY} succeeded`]);
  });

  it('are retried when the connection is lost', async () => {
    await startApp();
    const unlock = await lock('osf_abstractnode');
    await requestRun(reports.app, 'node_summary', DAY);
    const broken = await untilWaiting();
    await reports.osf.query('SELECT pg_terminate_backend($1)', [broken]);
    await eventually(async () => (await waiting()).find((pid) => pid !== broken));
    await unlock();
    await waitForHistory(reports.app, [`node_summary ${DAY} succeeded`]);
  });

  it('fail while the database is unavailable, and other reporters still run', async () => {
    await startApp({ OSF_DATABASE_URL: DEAD_URL });
    const { attributes } = await run(reports.app, 'user_summary', DAY);
    expect(attributes).toMatchObject({
      state: 'failed',
      error: expect.stringContaining("the OSF's database") as string,
    });
    expect((await run(reports.app, 'download_count', DAY)).attributes.state).toBe('succeeded');
    const { data } = await reports.app.json<{ data: unknown[] }>('reports/user_summary/');
    expect(data).toEqual([]);
  });

  describe('institutional_users', () => {
    function reporter(): InstitutionalUserReporter {
      return reports.app.nest.get(InstitutionalUserReporter, { strict: false });
    }

    /** The sorted ids of the users in the stored reports. */
    async function reported(): Promise<string[]> {
      const found: string[] = [];
      const repository = reports.app.nest.get(MetricsRepository);
      for await (const { user_id } of repository.streamReports(reporter().reportType, {})) found.push(user_id);
      return found.sort();
    }

    const ALL = Array.from({ length: USERS }, (_, index) => `u${String(index).padStart(4, '0')}`);

    it('resumes after the last saved user when it was interrupted', async () => {
      await startApp();
      await createUsers();
      const report = reporter().report.bind(reporter());
      const continuedAfter: (string | undefined)[] = [];
      jest
        .spyOn(reporter(), 'report')
        .mockImplementationOnce(async function* (month, after, signal) {
          continuedAfter.push(after);
          let yielded = 0;
          for await (const each of report(month, after, signal)) {
            if (yielded === 1_100) throw new Error('the source is unavailable');
            yielded += 1;
            yield each;
          }
        })
        .mockImplementationOnce((month, after, signal) => {
          continuedAfter.push(after);
          return report(month, after, signal);
        });
      const { attributes } = await run(reports.app, 'institutional_users', MONTH);
      expect(attributes).toMatchObject({ state: 'succeeded', reports_saved: USERS, last_key: `uni/${ALL.at(-1)}` });
      expect(continuedAfter).toEqual([undefined, `uni/${ALL[999]}`]);
      expect(await reported()).toEqual(ALL);
    });

    it('reports on one consistent state, even if users change while it runs', async () => {
      await startApp();
      await createUsers();
      const report = reporter().report.bind(reporter());
      jest.spyOn(reporter(), 'report').mockImplementationOnce(async function* (month, after, signal) {
        let yielded = 0;
        for await (const each of report(month, after, signal)) {
          yielded += 1;
          if (yielded === 1) await reports.osf.query('DELETE FROM osf_institutionaffiliation');
          yield each;
        }
      });
      const { attributes } = await run(reports.app, 'institutional_users', MONTH);
      expect(attributes).toMatchObject({ state: 'succeeded', reports_saved: USERS });
    });

    it("sorts by the ids of institutions and users, independently of the database's collation", async () => {
      await startApp();
      const { osf } = reports;
      const ids = ['uni/Zed01', 'uni/ada01', 'uni-b/ada01', 'UNI/ada01'];
      const ada = await osf.user({ guid: 'ada01' });
      const zed = await osf.user({ guid: 'Zed01' });
      for (const guid of ['uni', 'uni-b', 'UNI']) {
        const institution = await osf.institution({ guid });
        await osf.affiliate(ada, institution);
        if (guid === 'uni') await osf.affiliate(zed, institution);
      }
      const keys: string[] = [];
      const month = YearMonth.parse(MONTH);
      for await (const each of reporter().report(month)) keys.push(reporter().keyOf(each));
      expect(keys).toEqual([...ids].sort());
      for (const [index, key] of keys.entries()) {
        const rest: string[] = [];
        for await (const each of reporter().report(month, key)) rest.push(reporter().keyOf(each));
        expect(rest).toEqual(keys.slice(index + 1));
      }
    });
  });
});
