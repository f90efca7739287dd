import { readFileSync } from 'node:fs';
import type { ClientOptions } from '@elastic/elasticsearch';
import type { Configuration } from '../../config/configuration.js';

/** How the client reaches the cluster. */
export function clientOptions(configuration: Configuration): ClientOptions {
  const { elasticsearchCaFile: caFile, elasticsearchTimeoutSeconds: timeout } = configuration;
  return {
    nodes: configuration.elasticsearchUrls,
    auth: authOf(configuration),
    ...(caFile === null ? {} : { tls: { ca: readFileSync(caFile) } }),
    requestTimeout: timeout * 1_000,
    // Each of the other nodes at once, and then, after a second or two, one again.
    maxRetries: configuration.elasticsearchUrls.length,
    // Errors are logged, and what was sent holds what is not to be in a log.
    redaction: { type: 'remove' },
  };
}

function authOf(configuration: Configuration): ClientOptions['auth'] {
  const {
    elasticsearchApiKey: apiKey,
    elasticsearchUsername: username,
    elasticsearchPassword: password,
  } = configuration;
  if (apiKey !== '') return { apiKey };
  return username === '' ? undefined : { username, password };
}
