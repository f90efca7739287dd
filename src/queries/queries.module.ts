import { Module } from '@nestjs/common';
import { OsfModule } from '../osf/osf.module.js';
import { ItemUsageController } from './item-usage.controller.js';
import { ItemUsageQuery } from './item-usage.query.js';
import { NodeAnalyticsController } from './node-analytics.controller.js';
import { NodeAnalyticsQuery } from './node-analytics.query.js';
import { UserVisitsController } from './user-visits.controller.js';
import { UserVisitsQuery } from './user-visits.query.js';

/** A fixed set of queries on usages, each with one endpoint and a bounded cost. */
@Module({
  imports: [OsfModule],
  controllers: [NodeAnalyticsController, UserVisitsController, ItemUsageController],
  providers: [NodeAnalyticsQuery, UserVisitsQuery, ItemUsageQuery],
})
export class QueriesModule {}
