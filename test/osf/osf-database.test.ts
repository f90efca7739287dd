import { install } from '@sinonjs/fake-timers';
import { readConfiguration } from '../../src/config/read-configuration.js';
import { OsfDatabase } from '../../src/osf/osf-database.js';
import { OsfUnavailableError } from '../../src/osf/osf-unavailable.error.js';
import { collect } from '../support/collect.js';
import { describeWithOsfDatabase, TestOsfDatabase } from '../support/osf-database.js';

const HOUR_MILLISECONDS = 3_600_000;

describeWithOsfDatabase('OsfDatabase', () => {
  let osf: TestOsfDatabase;
  let database: OsfDatabase;

  beforeAll(async () => {
    osf = await TestOsfDatabase.start();
    database = new OsfDatabase(
      readConfiguration({ OSF_DATABASE_URL: osf.url, OSF_DATABASE_LOOKUP_MILLISECONDS: '300' }),
    );
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await osf.stop();
  });

  it('converts types, and sets the application name', async () => {
    const [row] = await database.select(
      `SELECT count(*) AS many, DATE '2026-11-24' AS day, current_setting('application_name') AS name,
        TIMESTAMPTZ '2026-11-24T12:00:00Z' AS instant FROM osf_guid WHERE _id = $1`,
      ['none0'],
    );
    expect(row).toEqual({
      many: 0,
      day: '2026-11-24',
      name: 'osf-metrics',
      instant: new Date('2026-11-24T12:00:00Z'),
    });
  });

  it('allows only reading', async () => {
    await expect(database.select('DELETE FROM osf_guid')).rejects.toThrow(/read-only/);
    const deleting = database.inSnapshot((snapshot) => snapshot.stream('DELETE FROM osf_guid RETURNING id'));
    await expect(collect(deleting)).rejects.toThrow(OsfUnavailableError);
  });

  it('limits the time of a lookup', async () => {
    await expect(database.select('SELECT pg_sleep(60)')).rejects.toThrow(OsfUnavailableError);
  });

  it('reads one consistent state in a snapshot', async () => {
    const readings = database.inSnapshot(async function* (snapshot) {
      for (let reading = 0; reading < 3; reading++) {
        const [row] = await snapshot.select<{ users: number }>('SELECT count(*) AS users FROM osf_osfuser');
        yield row?.users;
        await osf.user();
      }
    });
    expect(await collect(readings)).toEqual([0, 0, 0]);
  });

  it('allows two snapshots at a time, and lets others wait without a time limit', async () => {
    const timers = install({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
      shouldClearNativeTimers: true,
    });
    const one = (): AsyncIterator<object> =>
      database.inSnapshot((snapshot) => snapshot.stream('SELECT 1 AS one'))[Symbol.asyncIterator]();
    const [first, second, third] = [one(), one(), one()] as const;
    await Promise.all([first.next(), second.next()]);
    const waiting = third.next();
    await timers.tickAsync(HOUR_MILLISECONDS);
    timers.uninstall();
    await first.return?.();
    expect((await waiting).value).toEqual({ one: 1 });
    await Promise.all([second.return?.(), third.return?.()]);
  });

  it.each([0, 9, 10, 25])('streams %i rows in pages of 10', async (rows) => {
    const numbers = database.inSnapshot((snapshot) =>
      snapshot.stream<{ n: number }>('SELECT n FROM generate_series(1, $1::int) AS n', [rows], 10),
    );
    expect((await collect(numbers)).map(({ n }) => n)).toEqual(Array.from({ length: rows }, (_, index) => index + 1));
  });

  it('cancels the query of an aborted snapshot', async () => {
    const unwanted = new AbortController();
    const sleeping = database.inSnapshot((snapshot) => snapshot.stream('SELECT pg_sleep(600)'), unwanted);
    const failed = expect(collect(sleeping)).rejects.toThrow('no longer wanted');
    while ((await running('FETCH')) === 0);
    unwanted.abort(new Error('no longer wanted'));
    await failed;
    // Loops until the test's time limit if the query still runs.
    while ((await running('FETCH')) > 0);
  });

  it('ends the transaction when the consumer stops early', async () => {
    for await (const _row of database.inSnapshot((snapshot) => snapshot.stream('SELECT generate_series(1, 5)'))) break;
    // Loops forever if the transaction stays open.
    while ((await running('FETCH')) > 0);
  });

  /** Counts the service's connections that run such a query, or have kept a transaction open since. */
  async function running(sql: string): Promise<number> {
    const [row] = await osf.query<{ connections: number }>(
      `SELECT count(*)::int AS connections FROM pg_stat_activity
       WHERE application_name = 'osf-metrics' AND state <> 'idle' AND query LIKE $1`,
      [`%${sql}%`],
    );
    return row?.connections ?? 0;
  }
});
