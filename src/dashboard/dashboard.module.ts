import { Module } from '@nestjs/common';
import { QueriesModule } from '../queries/queries.module.js';
import { AssetsController } from './assets.controller.js';
import { HomeController } from './home.controller.js';
import { OverviewController } from './overview.controller.js';
import { OverviewReader } from './overview-reader.service.js';
import { UsageReader } from './usage-reader.service.js';

/** Web pages that show usage to people. */
@Module({
  imports: [QueriesModule],
  controllers: [HomeController, OverviewController, AssetsController],
  providers: [UsageReader, OverviewReader],
})
export class DashboardModule {}
