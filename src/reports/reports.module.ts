import { Module } from '@nestjs/common';
import { AuthModule } from '../http/auth/auth.module.js';
import { OsfModule } from '../osf/osf.module.js';
import { InstitutionReports } from './institutions/institution-reports.service.js';
import { InstitutionsController } from './institutions/institutions.controller.js';
import { ReportAccess } from './report-access.service.js';
import { ReportsController } from './reports.controller.js';
import { ReportsService } from './reports.service.js';

/** Lists, exports and imports saved reports. */
@Module({
  imports: [AuthModule, OsfModule],
  controllers: [ReportsController, InstitutionsController],
  providers: [ReportAccess, ReportsService, InstitutionReports],
})
export class ReportsModule {}
