import { Module } from '@nestjs/common';
import { AllReportsController } from './all-reports.controller.js';
import { ReadableReportTypes } from './readable-report-types.js';
import { RecentReportsController } from './recent-reports.controller.js';
import { ReportBatchController } from './report-batch.controller.js';
import { ReportExportController } from './report-export.controller.js';
import { ReportNamesController } from './report-names.controller.js';

@Module({
  controllers: [
    ReportNamesController,
    RecentReportsController,
    AllReportsController,
    ReportExportController,
    ReportBatchController,
  ],
  providers: [ReadableReportTypes],
})
export class ReportsModule {}
