import { readFileSync } from 'node:fs';
import type { ClientOptions } from '@elastic/elasticsearch';
import type { Configuration } from '../../../config/configuration.js';
import { VerifiedTransport } from './verified-transport.js';

/** The options of the Elasticsearch client: nodes, credentials, TLS, timeout and retries. */
export function clientOptions(configuration: Configuration): ClientOptions {
  const { elasticsearchCaFile: caFile, elasticsearchTimeoutSeconds: timeout } = configuration;
  return {
    nodes: configuration.elasticsearchUrls,
    Transport: VerifiedTransport,
    auth: toAuth(configuration),
    ...(caFile === null ? {} : { tls: { ca: readFileSync(caFile) } }),
    requestTimeout: timeout * 1_000,
    // Every other node once, without a delay, then one more try after a second or two.
    maxRetries: configuration.elasticsearchUrls.length,
    // Errors are logged. Request bodies and credentials must not reach the log.
    redaction: { type: 'remove' },
  };
}

function toAuth(configuration: Configuration): ClientOptions['auth'] {
  const {
    elasticsearchApiKey: apiKey,
    elasticsearchUsername: username,
    elasticsearchPassword: password,
  } = configuration;
  if (apiKey !== '') return { apiKey };
  return username === '' ? undefined : { username, password };
}
