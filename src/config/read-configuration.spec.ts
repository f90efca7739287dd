import { hashApiKey } from './api-key.js';
import { Configuration } from './configuration.js';
import { ConfigurationError, readConfiguration } from './read-configuration.js';
import { listSettings } from './setting.js';

const ORIGINS = 'must be origins such as https://example.org, without a path, separated by commas';
const WRITABLE = 'must be a folder that this user can write to or create';

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

  it('reports one line for each invalid variable, in the order of the settings', () => {
    expect(problemsOf({ LOG_LEVEL: 'loud', PORT: '70000', REPORTERS_ENABLED: 'maybe' })).toEqual([
      'PORT=70000: must be an integer from 0 to 65535',
      'REPORTERS_ENABLED=maybe: must be true or false',
      'LOG_LEVEL=loud: must be one of trace, debug, info, warn, error, silent',
    ]);
  });

  describe('an invalid value', () => {
    it.each<[variable: string, value: string, problem: string]>([
      ['PORT', '70000', 'must be an integer from 0 to 65535'],
      ['DATA_DIR', '/dev/null', `${WRITABLE}: /dev/null is not a folder`],
      ['BACKUP_DIR', '/dev/null/backups', `${WRITABLE}: /dev/null is not a folder`],
      ['OPERATIONS_PORT', '8080', 'must differ from PORT'],
      ['PUBLIC_URL', 'here', 'must be a URL such as https://metrics.example.org'],
      ['PLATFORM_IRI', 'osf', 'must be a URL such as https://osf.io/'],
      ['CORS_ORIGINS', 'https://osf.io/a', ORIGINS],
      ['PAGE_ORIGINS', 'osf.io', ORIGINS],
      ['ROBOTS', 'none', 'must be all or counter'],
      ['TRUSTED_PROXIES', '11', 'must be an integer from 0 to 10'],
      ['OSF_DATABASE_CONNECTIONS', '0', 'must be an integer from 1 to 100'],
      ['OSF_DATABASE_LOOKUP_MILLISECONDS', '9', 'must be an integer from 10 to 60000'],
      ['OSF_DATABASE_REPORT_SECONDS', '1e6', 'must be an integer from 1 to 86400'],
      ['OSF_API_URL', 'api', 'must be a URL such as https://api.osf.io/v2/'],
      ['OSF_API_MILLISECONDS', '2s', 'must be an integer from 10 to 60000'],
      ['OSF_SESSION_COOKIE', 'a b', 'must be a cookie name such as osf'],
      ['RATE_LIMIT_PER_MINUTE', '-1', 'must be an integer from 0 to 10000000'],
      ['API_KEY_RATE_LIMIT_PER_MINUTE', '1.5', 'must be an integer from 0 to 10000000'],
      ['CONNECTIONS_PER_CLIENT', '0', 'must be an integer from 1 to 1000000'],
      ['READS_PER_CLIENT', 'none', 'must be an integer from 1 to 1000000'],
      ['RESPONSE_CACHE_MB', 'Infinity', 'must be an integer from 0 to 100000'],
      ['RECORDING_QUEUE_LIMIT', '0', 'must be an integer from 1 to 10000000'],
      ['RECORDING_QUEUE_MB', '0', 'must be an integer from 1 to 100000'],
      ['PUBLIC_MINIMUM_VISITS', '0', 'must be an integer from 1 to 1000000'],
      ['USAGE_REPORT_EPOCH', '2026-13', 'must be a month (YYYY-MM) that exists'],
      ['REPORTERS_ENABLED', 'yes', 'must be true or false'],
      ['REPORTER_RETRY_SECONDS', '5,x', 'must be integers from 0 to 86400, separated by commas'],
      ['LOG_LEVEL', 'loud', 'must be one of trace, debug, info, warn, error, silent'],
      ['COUNTER_PLATFORM_NAME', 'a|b', 'must have 2 to 100 characters, without | and ;'],
      [
        'COUNTER_PLATFORM_ID',
        '1',
        'must be a letter, followed by 1 to 16 letters, digits, underscores, dots or slashes',
      ],
      ['COUNTER_CREATED_BY', 'a', 'must have 2 to 100 characters'],
      ['COUNTER_REGISTRY_RECORD', 'x', 'must be like https://registry.countermetrics.org/platform/<UUID>'],
      ['COUNTER_CONCURRENT_REPORTS', '101', 'must be an integer from 1 to 100'],
      ['EMBEDDED_MEMORY_MB', '159', 'must be an integer from 160 to 1000000'],
      ['ELASTICSEARCH_URL', 'es1', 'must be URLs such as https://es1.example.org:9200, separated by commas'],
      ['ELASTICSEARCH_CA_FILE', '/none', 'must be the path of a readable file'],
      [
        'ELASTICSEARCH_PREFIX',
        'OSF',
        'must be 1 to 100 lower-case letters, digits, dots, underscores and dashes, beginning with a letter or digit',
      ],
      ['ELASTICSEARCH_SHARDS', '0', 'must be an integer from 1 to 1024'],
      ['ELASTICSEARCH_REPLICAS', '101', 'must be an integer from 0 to 100'],
      ['ELASTICSEARCH_INDEX_SETTINGS', '[', 'must be a JSON object such as {"codec": "best_compression"}'],
      ['ELASTICSEARCH_TIMEOUT_SECONDS', '3601', 'must be an integer from 1 to 3600'],
      [
        'USAGE_RETENTION_DAYS',
        '30',
        'must be 0 or an integer from 62 to 36500, because the reports of a month need all its usages',
      ],
    ])('%s=%s is reported with its name, its value and what it must be', (variable, value, problem) => {
      expect(problemsOf({ [variable]: value })).toEqual([`${variable}=${value}: ${problem}`]);
    });

    it.each([
      ['METRICS_API_KEYS', 'tracker=usage:write=plain-secret'],
      ['OSF_DATABASE_URL', 'osf:plain-secret'],
      ['ITEM_USAGE_WEBHOOK_URL', 'hook?token=plain-secret'],
      ['ELASTICSEARCH_URL', 'ftp://elastic:plain-secret@es1'],
      ['OSF_API_URL', 'ftp://user:plain-secret@osf.io'],
    ])('%s is reported without the secret', (variable, value) => {
      const [problem, ...others] = problemsOf({ [variable]: value });
      expect(others).toEqual([]);
      expect(problem).toMatch(new RegExp(`^${variable}: `));
      expect(problem).not.toContain('secret');
    });

    it('is reported on one line of limited length', () => {
      const [problem] = problemsOf({ LOG_LEVEL: `in\nfo${'x'.repeat(1_000)}` });
      expect(problem).toMatch(/^LOG_LEVEL=in fox{95}…: must be one of .*$/);
    });
  });

  it('accepts any integer setting at its limits only', () => {
    for (const { variable } of listSettings(Configuration.prototype)) {
      const [, min, max] = /from (\d+) to (\d+)/.exec(problemsOf({ [variable]: '0.5' })[0] ?? '') ?? [];
      if (min === undefined || max === undefined) continue;
      const limits = [min, max].flatMap((limit) => problemsOf({ [variable]: limit }));
      expect([variable, limits]).toEqual([variable, []]);
      expect([variable, problemsOf({ [variable]: `${Number(max) + 1}` }).length]).toEqual([variable, 1]);
    }
  });
});
