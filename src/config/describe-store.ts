import { resolve } from 'node:path';
import type { Configuration } from './configuration.js';

/** Names the configured store, for logs and the CLI. */
export function describeStore({ usesElasticsearch, elasticsearchUrls, dataDir }: Configuration): string {
  if (!usesElasticsearch) return `the embedded store in ${resolve(dataDir)}`;
  return `Elasticsearch at ${elasticsearchUrls.map(withoutPassword).join(', ')}`;
}

function withoutPassword(url: string): string {
  return new URL(url).origin;
}
