import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry of one service's metrics, those of its process included. */
export function newRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
