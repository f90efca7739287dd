import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { PrometheusController } from './prometheus.controller.js';
import { PrometheusModule } from './prometheus.module.js';

/** Serves health checks and Prometheus metrics. */
@Module({
  imports: [PrometheusModule],
  controllers: [HealthController, PrometheusController],
})
export class OperationsModule {}
