import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { MetricsRepository } from '../storage/metrics.repository.js';
import type { DateRange } from '../time/date-range.js';
import type { Query } from './query.js';
import { DayCount, toDayCounts, VISITS_BY_DAY } from './visit-counts.js';

export class UserVisits {
  @ApiProperty({ type: [DayCount], description: 'Visits per day, from the first day with usage to the last' })
  unique_visits: DayCount[];
}

export interface UserVisitsParameters {
  readonly days: Required<DateRange>;
  /** Count only visits of users who were logged in. */
  readonly userIsAuthenticated?: true;
}

/** Visits per day to the whole platform, of public and private items. */
@Injectable()
export class UserVisitsQuery implements Query<UserVisitsParameters, UserVisits> {
  constructor(private readonly repository: MetricsRepository) {}

  async run({ days, userIsAuthenticated }: UserVisitsParameters): Promise<UserVisits> {
    const { unique_visits } = await this.repository.queryUsages({
      where: { userIsAuthenticated, time: { start: days.start.start(), end: days.end.start() } },
      groupings: { unique_visits: VISITS_BY_DAY },
    });
    return { unique_visits: toDayCounts(unique_visits) };
  }
}
