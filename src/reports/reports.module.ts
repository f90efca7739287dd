import { Module } from '@nestjs/common';
import { AuthModule } from '../http/auth/auth.module.js';
import { OsfModule } from '../osf/osf.module.js';
import { AllReportsController } from './all-reports.controller.js';
import { InstitutionDepartmentsController } from './institutions/institution-departments.controller.js';
import { InstitutionReports } from './institutions/institution-reports.js';
import { InstitutionSummaryController } from './institutions/institution-summary.controller.js';
import { InstitutionUsersController } from './institutions/institution-users.controller.js';
import { RecentReportsController } from './recent-reports.controller.js';
import { ReportAccess } from './report-access.service.js';
import { ReportBatchController } from './report-batch.controller.js';
import { ReportExportController } from './report-export.controller.js';
import { ReportLists } from './report-list.service.js';
import { ReportNamesController } from './report-names.controller.js';

@Module({
  imports: [AuthModule, OsfModule],
  controllers: [
    ReportNamesController,
    RecentReportsController,
    AllReportsController,
    InstitutionSummaryController,
    InstitutionUsersController,
    InstitutionDepartmentsController,
    ReportExportController,
    ReportBatchController,
  ],
  providers: [ReportAccess, ReportLists, InstitutionReports],
})
export class ReportsModule {}
