import { join } from 'node:path';
import { IsIn, IsObject, IsOptional, IsUrl, Matches, ValidateIf, ValidateNested } from 'class-validator';
import { CalendarValue } from '../time/calendar-value.js';
import { YearMonth } from '../time/year-month.js';
import { ApiKey, parseApiKey } from './api-key.js';
import { IsInteger } from './is-integer.js';
import { IsReadableFile } from './is-readable-file.js';
import { parseJsonSetting, ParseWith, Setting, splitList } from './setting.js';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

const webUrl = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };
const postgresUrl = { ...webUrl, protocols: ['postgres', 'postgresql'] };

const emptyToNull = (text: string): string | null => text || null;

/** Every setting of the service. The table in README.md and `.env.example` are generated from these declarations. */
export class Configuration {
  @Setting('HOST', 'Address that the service listens on', '0.0.0.0')
  host: string;

  @Setting('PORT', 'Port that the service listens on; 0 selects a free port', '8080')
  @ParseWith(Number)
  @IsInteger({ min: 0, max: 65_535 })
  port: number;

  @Setting('PUBLIC_URL', 'Public URL of the service, used in links; empty: the URL of each request')
  @ParseWith(emptyToNull)
  @IsOptional()
  @IsUrl(webUrl, { message: 'must be a URL such as https://metrics.example.org' })
  publicUrl: string | null;

  @Setting(
    'DATA_DIR',
    'Directory for the embedded store, session keys, the robots list and other local files',
    './data',
  )
  dataDir: string;

  @Setting(
    'BACKUP_DIR',
    'Directory for daily backups of the embedded store, of which two are kept; `none`: no backups; empty: `backups` in `DATA_DIR`',
  )
  private readonly backupSetting: string;

  /** Null: no backups. */
  get backupDir(): string | null {
    if (this.backupSetting === 'none') return null;
    return this.backupSetting || join(this.dataDir, 'backups');
  }

  @Setting('EMBEDDED_MEMORY_MB', 'Memory limit of the embedded store, in MiB', '160')
  @ParseWith(Number)
  @IsInteger({ min: 64 })
  embeddedMemoryMb: number;

  @Setting('ELASTICSEARCH_URL', 'URLs of an Elasticsearch cluster, separated by commas; empty: use the embedded store')
  @ParseWith(splitList)
  @IsUrl(webUrl, { each: true, message: 'must be URLs such as https://es1.example.org:9200, separated by commas' })
  elasticsearchUrls: string[];

  get usesElasticsearch(): boolean {
    return this.elasticsearchUrls.length > 0;
  }

  @Setting('ELASTICSEARCH_USERNAME', 'Elasticsearch user')
  elasticsearchUsername: string;

  @Setting('ELASTICSEARCH_PASSWORD', 'Password of the Elasticsearch user')
  elasticsearchPassword: string;

  @Setting('ELASTICSEARCH_API_KEY', 'Elasticsearch API key, instead of user and password')
  elasticsearchApiKey: string;

  @Setting('ELASTICSEARCH_CA_FILE', "File with the CA certificate that signed the cluster's certificate")
  @ParseWith(emptyToNull)
  @IsOptional()
  @IsReadableFile()
  elasticsearchCaFile: string | null;

  @Setting('ELASTICSEARCH_PREFIX', 'Prefix of all index names', 'osf-metrics')
  @Matches(/^[a-z0-9][a-z0-9_.-]{0,99}$/, {
    message:
      'must be 1 to 100 lower-case letters, digits, dots, underscores and dashes, beginning with a letter or digit',
  })
  elasticsearchPrefix: string;

  @Setting('ELASTICSEARCH_SHARDS', 'Primary shards of each new usage index', '1')
  @ParseWith(Number)
  @IsInteger({ min: 1, max: 1024 })
  elasticsearchShards: number;

  @Setting('ELASTICSEARCH_REPLICAS', 'Replicas of each shard', '1')
  @ParseWith(Number)
  @IsInteger({ min: 0 })
  elasticsearchReplicas: number;

  @Setting(
    'ELASTICSEARCH_INDEX_SETTINGS',
    'Additional settings of new indexes, as a JSON object: `{"routing.allocation.require.box": "hot"}`',
    '{}',
  )
  @ParseWith(parseJsonSetting)
  @IsObject({ message: 'must be a JSON object such as {"codec": "best_compression"}' })
  elasticsearchIndexSettings: Record<string, unknown>;

  @Setting('ELASTICSEARCH_TIMEOUT_SECONDS', 'Timeout of a request to Elasticsearch', '10')
  @ParseWith(Number)
  @IsInteger({ min: 1 })
  elasticsearchTimeoutSeconds: number;

  @Setting(
    'USAGE_RETENTION_DAYS',
    'Days that usages are stored, at least 62. Whole months are removed, and their counts are kept. 0: keep usages forever',
    '0',
  )
  @ParseWith(Number)
  @ValidateIf(({ usageRetentionDays }: Configuration) => usageRetentionDays !== 0)
  @IsInteger(
    { min: 62 },
    { message: 'must be 0 or an integer of at least 62, because the reports of a month need all its usages' },
  )
  usageRetentionDays: number;

  @Setting(
    'PLATFORM_IRI',
    'IRI of the platform; the IRI of an item is this IRI followed by its guid',
    'https://osf.io/',
  )
  @IsUrl(webUrl, { message: 'must be a URL such as https://osf.io/' })
  platformIri: string;

  @Setting(
    'CORS_ORIGINS',
    'Origins whose pages may send usages, separated by commas; `*` as the port allows any port',
    'http://localhost:*,http://127.0.0.1:*',
  )
  @ParseWith(splitList)
  @Matches(/^https?:\/\/[^/\s*]+(:\*)?$/, {
    each: true,
    message: 'must be origins such as https://example.org, without a path, separated by commas',
  })
  corsOrigins: string[];

  @Setting('TRUSTED_PROXIES', 'Number of reverse proxies that append to `X-Forwarded-For`', '0')
  @ParseWith(Number)
  @IsInteger({ min: 0, max: 10 })
  trustedProxies: number;

  @Setting('OSF_DATABASE_URL', "URL of the OSF's PostgreSQL database, which the service only reads; empty: none")
  @ParseWith(emptyToNull)
  @IsOptional()
  @IsUrl(postgresUrl, { message: 'must be a URL such as postgres://user@host/database' })
  osfDatabaseUrl: string | null;

  @Setting('OSF_DATABASE_CONNECTIONS', "Connections to the OSF's database for lookups of items and permissions", '4')
  @ParseWith(Number)
  @IsInteger({ min: 1, max: 100 })
  osfDatabaseConnections: number;

  @Setting(
    'OSF_DATABASE_LOOKUP_MILLISECONDS',
    "Timeout of a lookup in the OSF's database, for the connection and for the query each",
    '500',
  )
  @ParseWith(Number)
  @IsInteger({ min: 10 })
  osfDatabaseLookupMilliseconds: number;

  @Setting('OSF_DATABASE_REPORT_SECONDS', "Timeout of a reporter's query in the OSF's database", '3600')
  @ParseWith(Number)
  @IsInteger({ min: 1 })
  osfDatabaseReportSeconds: number;

  @Setting('OSF_API_URL', "Root URL of the OSF's API, which identifies users; empty: all users are anonymous")
  @ParseWith(emptyToNull)
  @IsOptional()
  @IsUrl(webUrl, { message: 'must be a URL such as https://api.osf.io/v2/' })
  osfApiUrl: string | null;

  @Setting('OSF_API_MILLISECONDS', "Timeout of a request to the OSF's API", '2000')
  @ParseWith(Number)
  @IsInteger({ min: 10 })
  osfApiMilliseconds: number;

  @Setting('OSF_SESSION_COOKIE', "Name of the OSF's session cookie", 'osf')
  @Matches(/^[\w!#$%&'*+.^`|~-]+$/, { message: 'must be a cookie name such as osf' })
  osfSessionCookie: string;

  @Setting('METRICS_API_KEYS', 'Hashed API keys with their scopes, as `keys create` prints them, separated by commas')
  @ParseWith((text) => splitList(text).map(parseApiKey))
  @ValidateNested({ each: true })
  apiKeys: ApiKey[];

  @Setting(
    'RATE_LIMIT_PER_MINUTE',
    'Requests per minute and client, except clients with an API key; 0: no limit',
    '1200',
  )
  @ParseWith(Number)
  @IsInteger({ min: 0 })
  rateLimitPerMinute: number;

  @Setting(
    'RECORDING_QUEUE_LIMIT',
    'Usages that may wait to be stored; the service returns 503 to further ones',
    '10000',
  )
  @ParseWith(Number)
  @IsInteger({ min: 1 })
  recordingQueueLimit: number;

  @Setting(
    'USAGE_REPORT_EPOCH',
    'First month with complete usages (YYYY-MM); `public_item_usage` refuses earlier months; empty: none',
  )
  @ParseWith(emptyToNull)
  @IsOptional()
  @CalendarValue(YearMonth)
  usageReportEpoch: YearMonth | null;

  @Setting('REPORTERS_ENABLED', 'Whether this instance runs reporters on schedule: true or false', 'true')
  @ParseWith((text) => ({ true: true, false: false })[text] ?? text)
  @IsIn([true, false], { message: 'must be true or false' })
  reportersEnabled: boolean;

  @Setting(
    'REPORTER_RETRY_SECONDS',
    'Delays before each retry of a failed reporter or webhook, separated by commas',
    '5,30,120,600',
  )
  @ParseWith((text) => splitList(text).map(Number))
  @IsInteger({ min: 0 }, { each: true, message: 'must be integers of at least 0, separated by commas' })
  reporterRetrySeconds: number[];

  @Setting(
    'ITEM_USAGE_WEBHOOK_URL',
    'URL that is told, after each run of `public_item_usage`, whose usage was reported; empty: none',
  )
  @ParseWith(emptyToNull)
  @IsOptional()
  @IsUrl(webUrl, { message: 'must be a URL such as https://search.example.org/hooks/usage' })
  itemUsageWebhookUrl: string | null;

  @Setting('LOG_LEVEL', `Lowest level of log lines: ${LOG_LEVELS.join(', ')}`, 'info')
  @IsIn(LOG_LEVELS, { message: `must be one of ${LOG_LEVELS.join(', ')}` })
  logLevel: string;
}
