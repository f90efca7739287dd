import { Module } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { VERSION } from '../config/version.js';

/** Provides the registry of Prometheus metrics. Modules that declare metrics import it. */
@Module({
  providers: [{ provide: Registry, useFactory: createRegistry }],
  exports: [Registry],
})
export class PrometheusModule {}

/** A registry per app, with the metrics of the process and its versions. */
function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const buildInfo = new Gauge({
    name: 'osf_metrics_build_info',
    help: 'Always 1; the labels are the versions of the service and of Node.js',
    labelNames: ['version', 'node_version'],
    registers: [registry],
  });
  buildInfo.set({ version: VERSION, node_version: process.version }, 1);
  return registry;
}
