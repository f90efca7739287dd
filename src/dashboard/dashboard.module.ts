import { Module } from '@nestjs/common';
import { BackupsModule } from '../backups/backups.module.js';
import { CounterModule } from '../counter/counter.module.js';
import { AuthModule } from '../http/auth/auth.module.js';
import { OsfModule } from '../osf/osf.module.js';
import { QueriesModule } from '../queries/queries.module.js';
import { ReportersModule } from '../reporters/reporters.module.js';
import { InstitutionAccessGuard } from '../reports/institutions/osf-api/institution-access.guard.js';
import { ReportsModule } from '../reports/reports.module.js';
import { UsageEventsModule } from '../usage-events/usage-events.module.js';
import { AssetsController } from './assets.controller.js';
import { CounterPageController } from './counter-page.controller.js';
import { HomeController } from './home.controller.js';
import { InstitutionReader } from './institution-reader.service.js';
import { InstitutionPagesController } from './institutions.controller.js';
import { ItemController } from './item.controller.js';
import { ItemReader } from './item-reader.service.js';
import { ItemsController } from './items.controller.js';
import { ItemsReader } from './items-reader.service.js';
import { ModerationPageController } from './moderation.controller.js';
import { MonthsController } from './months.controller.js';
import { MonthsReader } from './months-reader.service.js';
import { OverviewController } from './overview.controller.js';
import { OverviewReader } from './overview-reader.service.js';
import { PlatformController } from './platform.controller.js';
import { PlatformReader } from './platform-reader.service.js';
import { ReportPagesController } from './report-pages.controller.js';
import { ReportPreviewReader } from './report-preview-reader.service.js';
import { ServiceStateController } from './service-state.controller.js';
import { ServiceStateReader } from './service-state-reader.service.js';
import { SignInController } from './sign-in.controller.js';
import { StateController } from './state.controller.js';
import { UsageReader } from './usage-reader.service.js';

/** Web pages that show usage to people. */
@Module({
  imports: [
    AuthModule,
    OsfModule,
    QueriesModule,
    CounterModule,
    ReportsModule,
    ReportersModule,
    UsageEventsModule,
    BackupsModule,
  ],
  controllers: [
    HomeController,
    OverviewController,
    ItemsController,
    ItemController,
    MonthsController,
    PlatformController,
    ReportPagesController,
    ModerationPageController,
    InstitutionPagesController,
    CounterPageController,
    StateController,
    ServiceStateController,
    SignInController,
    AssetsController,
  ],
  providers: [
    UsageReader,
    OverviewReader,
    ItemReader,
    ItemsReader,
    MonthsReader,
    PlatformReader,
    ReportPreviewReader,
    ServiceStateReader,
    InstitutionReader,
    InstitutionAccessGuard,
  ],
})
export class DashboardModule {}
