import {
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsUrl,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { CalendarValue } from '../time/calendar-value.js';
import { YearMonth } from '../time/year-month.js';
import { ApiKey, readApiKey } from './api-key.js';
import { IsReadableFile } from './is-readable-file.js';
import { commaSeparated, parsedJson, ReadAs, Setting } from './setting.js';

const url = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };
const postgresUrl = { ...url, protocols: ['postgres', 'postgresql'] };

/** Every setting of the service. The README's table is made of these declarations. */
export class Configuration {
  @Setting('HOST', 'Address on which the service listens', '0.0.0.0')
  host: string;

  @Setting('PORT', 'Port on which the service listens; 0: any free one', '8080')
  @ReadAs(Number)
  @IsInt()
  @Min(0)
  @Max(65_535)
  port: number;

  @Setting('PUBLIC_URL', 'URL of the service as its users see it, for links; empty: taken from each request')
  @ReadAs((text) => text || null)
  @IsOptional()
  @IsUrl(url)
  publicUrl: string | null;

  @Setting('DATA_DIR', 'Folder of the embedded store, the robots list and what else the service keeps', './data')
  dataDir: string;

  @Setting('EMBEDDED_MEMORY_MB', 'Memory that the embedded store may use for its pages, in MiB', '160')
  @ReadAs(Number)
  @IsInt()
  @Min(64)
  embeddedMemoryMb: number;

  @Setting('ELASTICSEARCH_URL', 'URLs of an Elasticsearch cluster, separated by commas; empty: the embedded store')
  @ReadAs(commaSeparated)
  @IsUrl(url, { each: true })
  elasticsearchUrls: string[];

  get usesElasticsearch(): boolean {
    return this.elasticsearchUrls.length > 0;
  }

  @Setting('ELASTICSEARCH_USERNAME', 'User of the cluster')
  elasticsearchUsername: string;

  @Setting('ELASTICSEARCH_PASSWORD', 'Password of that user')
  elasticsearchPassword: string;

  @Setting('ELASTICSEARCH_API_KEY', 'API key of the cluster, in place of a user')
  elasticsearchApiKey: string;

  @Setting('ELASTICSEARCH_CA_FILE', "File with the certificate of the authority that signed the cluster's")
  @ReadAs((text) => text || null)
  @IsOptional()
  @IsReadableFile()
  elasticsearchCaFile: string | null;

  @Setting('ELASTICSEARCH_PREFIX', 'What the names of all indexes begin with', 'osf-metrics')
  @Matches(/^[a-z0-9][a-z0-9_.-]{0,99}$/, { message: 'must be lower-case letters, digits, dots and dashes' })
  elasticsearchPrefix: string;

  @Setting('ELASTICSEARCH_SHARDS', 'Shards of each new index of usages', '1')
  @ReadAs(Number)
  @IsInt()
  @Min(1)
  @Max(1024)
  elasticsearchShards: number;

  @Setting('ELASTICSEARCH_REPLICAS', 'Copies of each shard on other nodes', '1')
  @ReadAs(Number)
  @IsInt()
  @Min(0)
  elasticsearchReplicas: number;

  @Setting(
    'ELASTICSEARCH_INDEX_SETTINGS',
    'Further settings of new indexes, as JSON: `{"routing.allocation.require.box": "hot"}`',
    '{}',
  )
  @ReadAs(parsedJson)
  @IsObject({ message: 'must be a JSON object' })
  elasticsearchIndexSettings: Record<string, unknown>;

  @Setting('ELASTICSEARCH_TIMEOUT_SECONDS', 'How long the cluster may take to answer', '10')
  @ReadAs(Number)
  @IsInt()
  @Min(1)
  elasticsearchTimeoutSeconds: number;

  @Setting(
    'USAGE_RETENTION_DAYS',
    'Days after which usages are removed, at least 62; in a cluster a whole month at a time; 0: never',
    '0',
  )
  @ReadAs(Number)
  @IsInt()
  @ValidateIf(({ usageRetentionDays }: Configuration) => usageRetentionDays !== 0)
  @Min(62, { message: "must be 0 or at least 62: a month's usages are needed until its reports are made" })
  usageRetentionDays: number;

  @Setting(
    'PLATFORM_IRI',
    'IRI of the platform whose usage is recorded; an item is its guid under it',
    'https://osf.io/',
  )
  @IsUrl(url)
  platformIri: string;

  @Setting(
    'CORS_ORIGINS',
    'Origins whose pages may send usages, separated by commas; `*` as a port is any port',
    'http://localhost:*,http://127.0.0.1:*',
  )
  @ReadAs(commaSeparated)
  @Matches(/^https?:\/\/[^/\s*]+(:\*)?$/, { each: true, message: 'each origin must be like https://example.org' })
  corsOrigins: string[];

  @Setting('TRUSTED_PROXIES', 'Proxies in front of the service, which append to `X-Forwarded-For`', '0')
  @ReadAs(Number)
  @IsInt()
  @Min(0)
  @Max(10)
  trustedProxies: number;

  @Setting('OSF_DATABASE_URL', "URL of the OSF's PostgreSQL, of which the service reads; empty: there is none")
  @ReadAs((text) => text || null)
  @IsOptional()
  @IsUrl(postgresUrl, { message: 'must be a URL like postgres://user@host/database' })
  osfDatabaseUrl: string | null;

  @Setting('OSF_DATABASE_CONNECTIONS', "Connections to the OSF's database for looking things up", '4')
  @ReadAs(Number)
  @IsInt()
  @Min(1)
  @Max(100)
  osfDatabaseConnections: number;

  @Setting(
    'OSF_DATABASE_LOOKUP_MILLISECONDS',
    "How long a lookup waits for a connection to the OSF's database, and again for its answer, at most",
    '500',
  )
  @ReadAs(Number)
  @IsInt()
  @Min(10)
  osfDatabaseLookupMilliseconds: number;

  @Setting('OSF_DATABASE_REPORT_SECONDS', "How long one query of a reporter of the OSF's database may take", '3600')
  @ReadAs(Number)
  @IsInt()
  @Min(1)
  osfDatabaseReportSeconds: number;

  @Setting('OSF_API_URL', "URL of the root of the OSF's API, which knows who is logged in; empty: nobody is")
  @ReadAs((text) => text || null)
  @IsOptional()
  @IsUrl(url)
  osfApiUrl: string | null;

  @Setting('OSF_API_MILLISECONDS', "How long a request waits for the OSF's API, at most", '2000')
  @ReadAs(Number)
  @IsInt()
  @Min(10)
  osfApiMilliseconds: number;

  @Setting('OSF_SESSION_COOKIE', "Name of the cookie of the OSF's sessions", 'osf')
  @Matches(/^[\w!#$%&'*+.^`|~-]+$/, { message: 'must be the name of a cookie' })
  osfSessionCookie: string;

  @Setting('METRICS_API_KEYS', 'Hashed keys and their scopes, as `keys create` prints them, separated by commas')
  @ReadAs((text) => commaSeparated(text).map(readApiKey))
  @ValidateNested({ each: true })
  apiKeys: ApiKey[];

  @Setting(
    'RATE_LIMIT_PER_MINUTE',
    'Requests that one client may send in a minute, those with a key aside; 0: any number',
    '1200',
  )
  @ReadAs(Number)
  @IsInt()
  @Min(0)
  rateLimitPerMinute: number;

  @Setting('RECORDING_QUEUE_LIMIT', 'Usages that may wait to be stored; more are answered 503', '10000')
  @ReadAs(Number)
  @IsInt()
  @Min(1)
  recordingQueueLimit: number;

  @Setting(
    'USAGE_REPORT_EPOCH',
    'First month whose usages are all still there; no usage report is made of earlier ones',
  )
  @ReadAs((text) => text || null)
  @IsOptional()
  @CalendarValue(YearMonth)
  usageReportEpoch: YearMonth | null;

  @Setting('REPORTERS_ENABLED', 'Whether this instance runs reporters on schedule: true or false', 'true')
  @ReadAs((text) => ({ true: true, false: false })[text] ?? text)
  @IsIn([true, false], { message: 'must be true or false' })
  reportersEnabled: boolean;

  @Setting(
    'REPORTER_RETRY_SECONDS',
    'How long to wait before each further try of a reporter that failed',
    '5,30,120,600',
  )
  @ReadAs((text) => commaSeparated(text).map(Number))
  @IsInt({ each: true })
  @Min(0, { each: true })
  reporterRetrySeconds: number[];

  @Setting('LOG_LEVEL', 'trace, debug, info, warn, error or silent', 'info')
  @IsIn(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
  logLevel: string;
}
