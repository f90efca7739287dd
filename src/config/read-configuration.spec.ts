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

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(readConfiguration({})).toMatchObject({
      port: 8080,
      publicUrl: null,
      apiKeys: [],
      usageReportEpoch: null,
      reportersEnabled: true,
    });
  });

  it('reads every kind of value', () => {
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

  it('names which entry of a list is wrong', () => {
    const good = `tracker=usage:write=${hashApiKey('secret')}`;
    expect(problemsOf({ METRICS_API_KEYS: `${good},reader=nothing=${hashApiKey('other')}` })).toEqual([
      'METRICS_API_KEYS: entry 2: a scope is one of usage:write, reports:read-private, admin',
    ]);
  });

  it('names each wrong variable in a line of its own', () => {
    const problems = problemsOf({
      PORT: 'eighty',
      PLATFORM_IRI: 'osf',
      CORS_ORIGINS: 'https://osf.io/path',
      METRICS_API_KEYS: 'tracker=usage:read=abc',
      USAGE_REPORT_EPOCH: '2026-13',
      REPORTERS_ENABLED: 'maybe',
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'PORT',
      'PLATFORM_IRI',
      'CORS_ORIGINS',
      'METRICS_API_KEYS',
      'USAGE_REPORT_EPOCH',
      'REPORTERS_ENABLED',
    ]);
  });
});
