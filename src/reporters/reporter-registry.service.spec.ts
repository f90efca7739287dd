import { type INestApplicationContext, Injectable, Logger, Module, type ModuleMetadata } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { Cron, type CronOptions, ScheduleModule } from '@nestjs/schedule';
import { DailyReport, type MonthlyReport } from '../model/report.js';
import { DailyReportType, type ReportClass } from '../model/report-type.js';
import { DailyDownloadCountReport } from '../reports/daily/download-count.js';
import { MonthlySpamSummaryReport } from '../reports/monthly/spam-summary.js';
import {
  DAILY_REPORTERS,
  DAILY_SCHEDULE,
  DailyReporter,
  MONTHLY_REPORTERS,
  MONTHLY_SCHEDULE,
  MonthlyReporter,
  UTC,
} from './reporter.js';
import { ReporterRegistry } from './reporter-registry.service.js';

type Providers = NonNullable<ModuleMetadata['providers']>;

function aDailyReporter(options?: CronOptions, reportType: ReportClass<DailyReport> = DailyDownloadCountReport) {
  @Injectable()
  class ADailyReporter extends DailyReporter {
    readonly reportType = reportType;

    @Cron(DAILY_SCHEDULE, options)
    override due(): void {
      super.due();
    }

    async *report(): AsyncIterable<DailyReport> {
      // No reports.
    }
  }
  return ADailyReporter;
}

@Injectable()
class AMonthlyReporter extends MonthlyReporter {
  readonly reportType = MonthlySpamSummaryReport;

  @Cron(MONTHLY_SCHEDULE, { name: 'spam_summary', ...UTC })
  override due(): void {
    super.due();
  }

  async *report(): AsyncIterable<MonthlyReport> {
    // No reports.
  }
}

const ADailyReporter = aDailyReporter({ name: 'download_count', ...UTC });

describe('the registry of reporters', () => {
  let app: INestApplicationContext | undefined;

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  /** Starts an app in which each list of providers is a module of its own. */
  async function start(...modules: readonly Providers[]): Promise<ReporterRegistry> {
    @Module({ imports: [DiscoveryModule], providers: [ReporterRegistry] })
    class RegistryModule {}

    const imports = modules.map((providers) => {
      @Module({ providers })
      class PluginModule {}
      return PluginModule;
    });

    @Module({ imports: [ScheduleModule.forRoot(), RegistryModule, ...imports] })
    class AppModule {}

    app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
    return app.get(ReporterRegistry, { strict: false });
  }

  function listOf(token: symbol, type: new () => unknown): Providers[number] {
    return { provide: token, useFactory: (reporter: unknown) => [reporter], inject: [type] };
  }

  it('has the reporters that any module lists, with their schedules, daily ones first', async () => {
    const registry = await start(
      [AMonthlyReporter, listOf(MONTHLY_REPORTERS, AMonthlyReporter)],
      [ADailyReporter, listOf(DAILY_REPORTERS, ADailyReporter)],
    );
    const reporters = registry.getAll();
    expect(reporters.map(({ id }) => id)).toEqual(['download_count', 'spam_summary']);
    expect(reporters.map((each) => registry.scheduleOf(each).source)).toEqual([DAILY_SCHEDULE, MONTHLY_SCHEDULE]);
    expect(registry.find('spam_summary')).toBe(reporters[1]);
    expect(registry.find('nothing')).toBeUndefined();
  });

  it('still knows the schedules when the jobs have been removed at shutdown', async () => {
    const registry = await start([ADailyReporter, listOf(DAILY_REPORTERS, ADailyReporter)]);
    const [reporter] = registry.getAll();
    if (!reporter) throw new Error('no reporter');
    const before = registry.scheduleOf(reporter);
    await app?.close();
    app = undefined;
    expect(registry.scheduleOf(reporter)).toBe(before);
  });

  it('refuses to start with a reporter that no list names', async () => {
    await expect(start([ADailyReporter])).rejects.toThrow(
      'ADailyReporter would never run: PluginModule must provide a list with it under DAILY_REPORTERS',
    );
    await expect(start([AMonthlyReporter])).rejects.toThrow('PluginModule must provide a list with it under MONTHLY');
  });

  it('refuses to start with a list of anything but reporters of its kind', async () => {
    const explanation = 'DAILY_REPORTERS of PluginModule must be a list of instances of DailyReporter';
    for (const useValue of [[ADailyReporter], {}, undefined]) {
      await expect(start([{ provide: DAILY_REPORTERS, useValue }])).rejects.toThrow(explanation);
    }
    await expect(start([AMonthlyReporter, listOf(DAILY_REPORTERS, AMonthlyReporter)])).rejects.toThrow(explanation);
  });

  it('refuses to start with a reporter whose report type has no store', async () => {
    @DailyReportType({ id: 'unlisted', description: 'A report type that no list names' })
    class DailyUnlistedReport extends DailyReport {}

    const type = aDailyReporter({ name: 'unlisted', ...UTC }, DailyUnlistedReport);
    await expect(start([type, listOf(DAILY_REPORTERS, type)])).rejects.toThrow(
      'ADailyReporter has no store for its reports: add DailyUnlistedReport to VIEWABLE_REPORTS or PRIVATE_REPORTS',
    );
  });

  it('warns about report types that no reporter makes', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    await start([ADailyReporter, listOf(DAILY_REPORTERS, ADailyReporter)]);
    const warnings = warn.mock.calls.flat().join();
    warn.mockRestore();
    expect(warnings).toMatch(/^no reporter makes reports of these types: .*\bspam_summary\b/);
    expect(warnings).not.toContain('download_count');
  });

  it.each<[string, CronOptions | undefined]>([
    ['no name', UTC],
    ['another name', { name: 'downloads', ...UTC }],
    ['another time zone', { name: 'download_count', timeZone: 'Europe/Berlin' }],
  ])('has no schedule for a reporter whose job has %s', async (_what, options) => {
    const type = aDailyReporter(options);
    const registry = await start([type, listOf(DAILY_REPORTERS, type)]);
    const [reporter] = registry.getAll();
    expect(() => reporter && registry.scheduleOf(reporter)).toThrow(
      "ADailyReporter has no schedule: override due() with @Cron(…, { name: 'download_count', timeZone: 'UTC' })",
    );
  });
});
