import { Module } from '@nestjs/common';
import { OsfModule } from '../osf/osf.module.js';
import { QueriesModule } from '../queries/queries.module.js';
import { AssetsController } from './assets.controller.js';
import { HomeController } from './home.controller.js';
import { ItemController } from './item.controller.js';
import { ItemReader } from './item-reader.service.js';
import { OverviewController } from './overview.controller.js';
import { OverviewReader } from './overview-reader.service.js';
import { UsageReader } from './usage-reader.service.js';

/** Web pages that show usage to people. */
@Module({
  imports: [OsfModule, QueriesModule],
  controllers: [HomeController, OverviewController, ItemController, AssetsController],
  providers: [UsageReader, OverviewReader, ItemReader],
})
export class DashboardModule {}
