import { Module } from '@nestjs/common';
import { OsfModule } from '../osf/osf.module.js';
import { QueriesModule } from '../queries/queries.module.js';
import { ReportsModule } from '../reports/reports.module.js';
import { AssetsController } from './assets.controller.js';
import { HomeController } from './home.controller.js';
import { ItemController } from './item.controller.js';
import { ItemReader } from './item-reader.service.js';
import { MonthsController } from './months.controller.js';
import { MonthsReader } from './months-reader.service.js';
import { OverviewController } from './overview.controller.js';
import { OverviewReader } from './overview-reader.service.js';
import { PlatformController } from './platform.controller.js';
import { PlatformReader } from './platform-reader.service.js';
import { ReportPagesController } from './report-pages.controller.js';
import { ReportPreviewReader } from './report-preview-reader.service.js';
import { UsageReader } from './usage-reader.service.js';

/** Web pages that show usage to people. */
@Module({
  imports: [OsfModule, QueriesModule, ReportsModule],
  controllers: [
    HomeController,
    OverviewController,
    ItemController,
    MonthsController,
    PlatformController,
    ReportPagesController,
    AssetsController,
  ],
  providers: [UsageReader, OverviewReader, ItemReader, MonthsReader, PlatformReader, ReportPreviewReader],
})
export class DashboardModule {}
