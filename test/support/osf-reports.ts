import { TestOsfDatabase } from './osf-database.js';
import { run } from './reporter-runs.js';
import { ADMIN_KEY, TestApp } from './test-app.js';

/** The day and month that the tests report on, and the current time. */
export const DAY = '2026-11-23';
export const MONTH = '2026-10';
const NOW = '2026-11-24T12:00:00Z';

/** The first and last instants of the day and month, and those next to them. */
export const BEFORE_DAY = '2026-11-22T23:59:59.999Z';
export const START_OF_DAY = '2026-11-23T00:00:00Z';
export const END_OF_DAY = '2026-11-23T23:59:59.999Z';
export const AFTER_DAY = '2026-11-24T00:00:00Z';
export const BEFORE_MONTH = '2026-09-30T23:59:59.999Z';
export const START_OF_MONTH = '2026-10-01T00:00:00Z';
export const END_OF_MONTH = '2026-10-31T23:59:59.999Z';
export const AFTER_MONTH = '2026-11-01T00:00:00Z';

export type Attributes = Record<string, unknown>;

/** The service with an OSF database that is empty at the start of each test. */
export class OsfReports {
  osf: TestOsfDatabase;
  app: TestApp;

  static async start(): Promise<OsfReports> {
    return Object.assign(new OsfReports(), { osf: await TestOsfDatabase.start() });
  }

  /** Registers hooks that start and stop the database for the suite, and the service for each test. */
  static inEachTest(): OsfReports {
    const reports = new OsfReports();
    beforeAll(async () => {
      reports.osf = await TestOsfDatabase.start();
    });
    afterAll(async () => await reports.stop());
    beforeEach(async () => await reports.startApp());
    afterEach(async () => await reports.stopApp());
    return reports;
  }

  async stop(): Promise<void> {
    await this.osf.stop();
  }

  async startApp(environment: Record<string, string> = {}): Promise<void> {
    const tables = await this.osf.query<{ name: string }>(
      `SELECT quote_ident(tablename) AS name FROM pg_tables
       WHERE schemaname = 'public' AND tablename NOT IN ('django_content_type', 'auth_permission')`,
    );
    await this.osf.query(`TRUNCATE ${tables.map(({ name }) => name).join()}`);
    this.app = await TestApp.start({ OSF_DATABASE_URL: this.osf.url, ...environment }, NOW);
  }

  async stopApp(): Promise<void> {
    await this.app.stop();
  }

  /** Runs the reporter for the cycle. @returns the attributes of its reports, without cycle and timestamp */
  async reports(id: string, cycle: string): Promise<Attributes[]> {
    const { attributes } = await run(this.app, id, cycle);
    expect(attributes).toMatchObject({ state: 'succeeded', error: null });
    const cycleField = cycle === DAY ? 'report_date' : 'report_yearmonth';
    const path = `reports/${id}/?filter[${cycleField}]=${cycle}&page[size]=1000`;
    const { data } = await this.app.json<{ data: { attributes: Attributes }[] }>(path, { key: ADMIN_KEY });
    expect(attributes.reports_saved).toBe(data.length);
    return data.map(({ attributes: { timestamp, [cycleField]: reported, ...rest } }) => {
      expect([timestamp, reported]).toEqual(['2026-11-24T12:00:00.000Z', cycle]);
      return rest;
    });
  }

  /** Runs a reporter that saves exactly one report. */
  async report(id: string, cycle: string): Promise<Attributes> {
    const [report, ...others] = await this.reports(id, cycle);
    if (!report || others.length > 0)
      throw new Error(`expected one report ${id}, got ${others.length + (report ? 1 : 0)}`);
    return report;
  }
}
