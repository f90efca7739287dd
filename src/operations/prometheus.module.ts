import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { newRegistry } from './registry.js';

/** Provides the registry of the service's Prometheus metrics. A module that declares metrics imports it. */
@Module({
  providers: [{ provide: Registry, useFactory: newRegistry }],
  exports: [Registry],
})
export class PrometheusModule {}
