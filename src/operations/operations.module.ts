import { Global, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { HealthController } from './health.controller.js';
import { PrometheusController } from './prometheus.controller.js';
import { newRegistry } from './registry.js';

/** What operators see of the service. */
@Global()
@Module({
  controllers: [HealthController, PrometheusController],
  providers: [{ provide: Registry, useFactory: newRegistry }],
  exports: [Registry],
})
export class OperationsModule {}
