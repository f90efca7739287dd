import { Module } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** Provides the registry of Prometheus metrics. Modules that declare metrics import it. */
@Module({
  providers: [{ provide: Registry, useFactory: createRegistry }],
  exports: [Registry],
})
export class PrometheusModule {}

/** A registry per app, with the metrics of the process. */
function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
