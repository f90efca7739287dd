import { Module } from '@nestjs/common';
import { AuthModule } from '../http/auth/auth.module.js';
import { MonthlyUsageModule } from '../monthly-usage/monthly-usage.module.js';
import { OsfModule } from '../osf/osf.module.js';
import { BadgeController } from './badge.controller.js';
import { BadgeQuery } from './badge.query.js';
import { ItemUsageController } from './item-usage.controller.js';
import { ItemUsageQuery } from './item-usage.query.js';
import { ItemsWithinController } from './items-within.controller.js';
import { ItemsWithinQuery } from './items-within.query.js';
import { ModerationCountsController } from './moderation-counts.controller.js';
import { ModerationCountsQuery } from './moderation-counts.query.js';
import { NodeAnalyticsController } from './node-analytics.controller.js';
import { NodeAnalyticsQuery } from './node-analytics.query.js';
import { PageTitles } from './page-titles.service.js';
import { PlatformAnalyticsController } from './platform-analytics.controller.js';
import { PlatformAnalyticsQuery } from './platform-analytics.query.js';
import { PlatformAnalyticsParts } from './platform-analytics-parts.service.js';
import { PublicUsageController } from './public-usage.controller.js';
import { PublicUsageQuery } from './public-usage.query.js';
import { PublicUsageSums } from './public-usage-sums.service.js';
import { ReadableItemsWithin } from './readable-items-within.service.js';
import { UserVisitsController } from './user-visits.controller.js';
import { UserVisitsQuery } from './user-visits.query.js';

/** A fixed set of queries on usages, each with one endpoint and a bounded cost. */
@Module({
  imports: [AuthModule, OsfModule, MonthlyUsageModule],
  controllers: [
    NodeAnalyticsController,
    PlatformAnalyticsController,
    UserVisitsController,
    ItemUsageController,
    ItemsWithinController,
    PublicUsageController,
    ModerationCountsController,
    BadgeController,
  ],
  providers: [
    NodeAnalyticsQuery,
    PlatformAnalyticsQuery,
    PlatformAnalyticsParts,
    PageTitles,
    UserVisitsQuery,
    ItemUsageQuery,
    ItemsWithinQuery,
    ReadableItemsWithin,
    PublicUsageQuery,
    PublicUsageSums,
    ModerationCountsQuery,
    BadgeQuery,
  ],
  exports: [
    PublicUsageQuery,
    PublicUsageSums,
    ItemUsageQuery,
    ReadableItemsWithin,
    NodeAnalyticsQuery,
    PlatformAnalyticsQuery,
    ModerationCountsQuery,
  ],
})
export class QueriesModule {}
