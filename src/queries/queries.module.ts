import { Module } from '@nestjs/common';
import { ItemAccess } from './item-access.js';
import { ItemUsageController } from './item-usage.controller.js';
import { ItemUsageQuery } from './item-usage.query.js';
import { ModerationTransitionsController } from './moderation-transitions.controller.js';
import { NodeAnalyticsController } from './node-analytics.controller.js';
import { UserVisitsController } from './user-visits.controller.js';

/** What can be asked of usages: a fixed set of questions, each of them cheap. */
@Module({
  controllers: [NodeAnalyticsController, UserVisitsController, ItemUsageController, ModerationTransitionsController],
  providers: [ItemAccess, ItemUsageQuery],
})
export class QueriesModule {}
