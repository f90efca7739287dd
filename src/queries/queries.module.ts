import { Module } from '@nestjs/common';
import { MonthlyUsageModule } from '../monthly-usage/monthly-usage.module.js';
import { OsfModule } from '../osf/osf.module.js';
import { ItemUsageController } from './item-usage.controller.js';
import { ItemUsageQuery } from './item-usage.query.js';
import { NodeAnalyticsController } from './node-analytics.controller.js';
import { UserVisitsController } from './user-visits.controller.js';

/** What can be asked of usages: a fixed set of questions, each of them cheap. */
@Module({
  imports: [OsfModule, MonthlyUsageModule],
  controllers: [NodeAnalyticsController, UserVisitsController, ItemUsageController],
  providers: [ItemUsageQuery],
})
export class QueriesModule {}
