import { Module } from '@nestjs/common';
import { AllReportsController } from './all-reports.controller.js';
import { ReadableReportTypes } from './readable-report-types.js';
import { RecentReportsController } from './recent-reports.controller.js';
import { ReportNamesController } from './report-names.controller.js';

@Module({
  controllers: [ReportNamesController, RecentReportsController, AllReportsController],
  providers: [ReadableReportTypes],
})
export class ReportsModule {}
