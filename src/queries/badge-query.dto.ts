import { EnumParameter } from '../http/json-api/query-parameter.decorators.js';
import { BADGE_METRICS, BADGE_PERIODS, type BadgeMetric, type BadgePeriod } from './badge.query.js';

export class BadgeQueryDto {
  @EnumParameter('Default: `views`', BADGE_METRICS)
  metric: BadgeMetric = 'views';

  @EnumParameter('All time, or this calendar year or month so far. Default: `total`', BADGE_PERIODS)
  period: BadgePeriod = 'total';
}
