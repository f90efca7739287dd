import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { AvailableMonths } from './available-months.service.js';
import { CUSTOMER } from './customer.js';
import { CounterError } from './exceptions.js';
import { type Release, RELEASE_PATHS } from './release.js';
import { REPORTS } from './report-definitions.js';
import { toTimestamp } from './report-header.js';

/** The routes of the COUNTER API besides the reports (Code of Practice 5.1, section 8.1). */
@Injectable()
export class CounterApi {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly availableMonths: AvailableMonths,
    private readonly configuration: Configuration,
  ) {}

  async status(release: Release): Promise<object[]> {
    const { counterPlatformName: platform, counterRegistryRecord: record } = this.configuration;
    const isActive = await this.repository.checkHealth().then(
      () => true,
      () => false,
    );
    return [
      {
        Description: `COUNTER usage reports of ${platform}`,
        Service_Active: isActive,
        ...(record === '' ? {} : { [release === '5' ? 'Registry_URL' : 'Registry_Record']: record }),
      },
    ];
  }

  members(release: Release): object[] {
    const id = CUSTOMER.proprietaryId(this.configuration);
    if (release === '5') {
      return [{ Customer_ID: CUSTOMER.id, Name: CUSTOMER.name, Institution_ID: [{ Type: 'Proprietary', Value: id }] }];
    }
    return [{ Customer_ID: CUSTOMER.id, Institution_Name: CUSTOMER.name, Institution_ID: { Proprietary: [id] } }];
  }

  /** @throws CounterError 1000 in Release 5.1, which states the months, before the first month is processed */
  async reports(release: Release, { withMonthDetails = false } = {}): Promise<object[]> {
    const availability = release === '5' ? {} : await this.describeMonths(withMonthDetails);
    return REPORTS.filter((report) => report.release === release).map(({ id, name, description }) => ({
      Report_Name: name,
      Report_ID: id,
      Release: release,
      Report_Description: description,
      Path: `${RELEASE_PATHS[release]}/reports/${id.toLowerCase()}`,
      ...availability,
    }));
  }

  private async describeMonths(withDetails: boolean): Promise<object> {
    const processed = await this.availableMonths.findAll();
    const months = [...processed.keys()].sort();
    if (months.length === 0) throw new CounterError(1000, 'no month has been processed yet', { 'Retry-After': '3600' });
    const details = [...processed]
      .sort(([a], [b]) => (a < b ? 1 : -1))
      .map(([month, finishedAt]) => [month, { Last_Change_Date: toTimestamp(finishedAt) }]);
    return {
      First_Month_Available: months[0],
      Last_Month_Available: months.at(-1),
      ...(withDetails ? { Month_Details: Object.fromEntries(details) as object } : {}),
    };
  }
}
