import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';
import type { CronTime } from 'cron';
import { reportTypeOf } from '../model/report-type.js';
import { ALL_REPORTS, findReportType } from '../reports/report-types.js';
import { DAILY_REPORTERS, DailyReporter, MONTHLY_REPORTERS, MonthlyReporter, Reporter } from './reporter.js';
import { findByName } from './reporter-aliases.js';

/** Collects the reporters that the modules list under `DAILY_REPORTERS` and `MONTHLY_REPORTERS`. */
@Injectable()
export class ReporterRegistry implements OnModuleInit {
  private readonly logger = new Logger(ReporterRegistry.name);
  private reporters: readonly Reporter[] = [];
  private readonly schedules = new Map<Reporter, CronTime>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scheduler: SchedulerRegistry,
  ) {}

  /** @throws TypeError if a reporter would never run, or its reports could not be saved */
  onModuleInit(): void {
    this.reporters = [
      ...this.listedUnder(DAILY_REPORTERS, DailyReporter),
      ...this.listedUnder(MONTHLY_REPORTERS, MonthlyReporter),
    ];
    this.refuseUnlistedReporters();
    for (const reporter of this.reporters) refuseUnlistedReportType(reporter);
    this.warnAboutReportsWithoutReporter();
  }

  /** All reporters, daily ones first. */
  getAll(): readonly Reporter[] {
    return this.reporters;
  }

  /** @param name the id, or an alias of it */
  find(name: string): Reporter | undefined {
    return findByName(this.reporters, name);
  }

  /** @throws TypeError if the reporter does not declare a schedule in UTC */
  scheduleOf(reporter: Reporter): CronTime {
    // Remembered: the jobs are removed at shutdown, while requests are still served.
    const schedule = this.schedules.get(reporter) ?? this.declaredSchedule(reporter);
    this.schedules.set(reporter, schedule);
    return schedule;
  }

  /** Such reports can be imported, so they are no error. */
  private warnAboutReportsWithoutReporter(): void {
    const reported = new Set<unknown>(this.reporters.map(({ reportType }) => reportType));
    const missing = ALL_REPORTS.filter((reportClass) => !reported.has(reportClass));
    if (missing.length === 0) return;
    const ids = missing.map((reportClass) => reportTypeOf(reportClass).id);
    this.logger.warn(
      `no reporter makes reports of these types: ${ids.join(', ')}; list one under DAILY_REPORTERS or MONTHLY_REPORTERS`,
    );
  }

  private declaredSchedule({ id, constructor }: Reporter): CronTime {
    const cronTime = this.scheduler.getCronJobs().get(id)?.cronTime;
    if (cronTime?.timeZone === 'UTC') return cronTime;
    throw new TypeError(
      `${constructor.name} has no schedule: override due() with @Cron(…, { name: '${id}', timeZone: 'UTC' })`,
    );
  }

  private listedUnder<R extends Reporter>(token: symbol, type: abstract new () => R): R[] {
    const lists = this.discovery.getProviders().filter((provider) => provider.token === token);
    return lists.flatMap(({ instance, host }) => {
      const reporters = [instance as unknown].flat();
      if (reporters.every((each): each is R => each instanceof type)) return reporters;
      throw new TypeError(`${token.description} of ${host?.name} must be a list of instances of ${type.name}`);
    });
  }

  private refuseUnlistedReporters(): void {
    const listed = new Set<unknown>(this.reporters);
    for (const { instance, host } of this.discovery.getProviders()) {
      if (!(instance instanceof Reporter) || listed.has(instance)) continue;
      const token = instance instanceof DailyReporter ? DAILY_REPORTERS : MONTHLY_REPORTERS;
      throw new TypeError(
        `${instance.constructor.name} would never run: ${host?.name} must provide a list with it under ${token.description}`,
      );
    }
  }
}

function refuseUnlistedReportType({ reportType, constructor }: Reporter): void {
  if (findReportType(reportTypeOf(reportType).id)?.reportClass === reportType) return;
  throw new TypeError(
    `${constructor.name} has no store for its reports: add ${reportType.name} to VIEWABLE_REPORTS or PRIVATE_REPORTS`,
  );
}
