import { hashApiKey } from './api-key.js';
import { ConfigurationError, readConfiguration } from './read-configuration.js';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfiguration(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('readConfiguration', () => {
  it('uses a default for every unset variable', () => {
    expect(readConfiguration({})).toMatchObject({
      port: 8080,
      publicUrl: null,
      apiKeys: [],
      usageReportEpoch: null,
      reportersEnabled: true,
    });
  });

  it('reads numbers, lists, months and booleans', () => {
    const key = `tracker=usage:write+admin=${hashApiKey('secret')}`;
    const read = readConfiguration({
      PORT: '0',
      METRICS_API_KEYS: key,
      USAGE_REPORT_EPOCH: '2026-02',
      REPORTERS_ENABLED: 'false',
    });
    expect(read).toMatchObject({ port: 0, reportersEnabled: false });
    expect(read.apiKeys).toEqual([{ name: 'tracker', scopes: ['usage:write', 'admin'], sha256: hashApiKey('secret') }]);
    expect(read.usageReportEpoch?.toString()).toBe('2026-02');
  });

  it('names the invalid entry of a list', () => {
    const good = `tracker=usage:write=${hashApiKey('secret')}`;
    expect(problemsOf({ METRICS_API_KEYS: `${good},reader=nothing=${hashApiKey('other')}` })).toEqual([
      'METRICS_API_KEYS: entry 2: a scope must be one of usage:write, items:read, reports:read-private, counter:read, admin',
    ]);
  });

  it('reports one problem for each invalid variable', () => {
    const problems = problemsOf({
      PORT: 'eighty',
      PLATFORM_IRI: 'osf',
      CORS_ORIGINS: 'https://osf.io/path',
      METRICS_API_KEYS: 'tracker=usage:read=abc',
      USAGE_REPORT_EPOCH: '2026-13',
      REPORTERS_ENABLED: 'maybe',
    });
    expect(problems).toEqual([
      'PORT: must be an integer from 0 to 65535',
      'PLATFORM_IRI: must be a URL such as https://osf.io/',
      'CORS_ORIGINS: must be origins such as https://example.org, without a path, separated by commas',
      'METRICS_API_KEYS: entry 1: a scope must be one of usage:write, items:read, reports:read-private, counter:read, admin; ' +
        'entry 1: the hash of a key must be its SHA-256, 64 hexadecimal digits',
      'USAGE_REPORT_EPOCH: must be a month (YYYY-MM) that exists',
      'REPORTERS_ENABLED: must be true or false',
    ]);
  });
});
