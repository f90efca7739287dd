import { Module } from '@nestjs/common';
import { AuthModule } from '../http/auth/auth.module.js';
import { MonthlyUsageModule } from '../monthly-usage/monthly-usage.module.js';
import { OsfModule } from '../osf/osf.module.js';
import { DeletedUserBlanking } from './institutions/deleted-user-blanking.service.js';
import { InstitutionReports } from './institutions/institution-reports.service.js';
import { InstitutionsController } from './institutions/institutions.controller.js';
import { InstitutionMetricsController } from './institutions/osf-api/institution-metrics.controller.js';
import { InstitutionMetrics } from './institutions/osf-api/institution-metrics.service.js';
import { ItemTitles } from './item-titles.service.js';
import { ImportedItemUsage } from './monthly/imported-item-usage.service.js';
import { ReportAccess } from './report-access.service.js';
import { ReportTypeList } from './report-type-list.service.js';
import { ReportsController } from './reports.controller.js';
import { ReportsService } from './reports.service.js';

/** Lists, exports and imports saved reports. */
@Module({
  imports: [AuthModule, OsfModule, MonthlyUsageModule],
  controllers: [ReportsController, InstitutionsController, InstitutionMetricsController],
  providers: [
    ReportAccess,
    ReportsService,
    ReportTypeList,
    ItemTitles,
    ImportedItemUsage,
    InstitutionReports,
    InstitutionMetrics,
    DeletedUserBlanking,
  ],
  exports: [InstitutionReports, ReportAccess, ReportsService, ReportTypeList],
})
export class ReportsModule {}
