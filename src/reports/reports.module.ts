import { Module } from '@nestjs/common';
import { AllReportsController } from './all-reports.controller.js';
import { InstitutionDepartmentsController } from './institutions/institution-departments.controller.js';
import { InstitutionReports } from './institutions/institution-reports.js';
import { InstitutionSummaryController } from './institutions/institution-summary.controller.js';
import { InstitutionUsersController } from './institutions/institution-users.controller.js';
import { ReadableReportTypes } from './readable-report-types.js';
import { RecentReportsController } from './recent-reports.controller.js';
import { ReportLists } from './report-lists.js';
import { ReportBatchController } from './report-batch.controller.js';
import { ReportExportController } from './report-export.controller.js';
import { ReportNamesController } from './report-names.controller.js';

@Module({
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
  providers: [ReadableReportTypes, ReportLists, InstitutionReports],
})
export class ReportsModule {}
