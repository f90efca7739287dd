import { Module } from '@nestjs/common';
import { AuthModule } from '../http/auth/auth.module.js';
import { PrometheusModule } from '../operations/prometheus.module.js';
import { BackupController } from './backup.controller.js';
import { BackupScheduler } from './backup-scheduler.service.js';

/** Makes daily backups of the embedded store, and sends a copy of it on request. */
@Module({
  imports: [AuthModule, PrometheusModule],
  controllers: [BackupController],
  providers: [BackupScheduler],
  exports: [BackupScheduler],
})
export class BackupsModule {}
