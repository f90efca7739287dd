import { IsIn, IsOptional, IsUrl, Matches, ValidateNested } from 'class-validator';
import { CalendarValue } from '../time/calendar-value.js';
import { YearMonth } from '../time/year-month.js';
import { ApiKey, parseApiKey } from './api-key.js';
import { CounterSettings } from './counter-settings.js';
import { Integer, Integers } from './integer.js';
import { Origins } from './origins.js';
import { OtherPort } from './other-port.js';
import { emptyToNull, ParseWith, SecretSetting, Setting, splitList } from './setting.js';
import { postgresUrl, webUrl } from './url-options.js';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

/** Every setting of the service. The table in docs/settings.md and `.env.example` are generated from these declarations. */
export class Configuration extends CounterSettings {
  @Setting('HOST', 'Address that the service listens on', '0.0.0.0')
  host: string;

  @Setting('PORT', 'Port that the service listens on; 0 selects a free port', '8080')
  @Integer({ min: 0, max: 65_535 })
  port: number;

  @Setting(
    'OPERATIONS_PORT',
    'Port on `HOST` of `/metrics` and the API documentation, which `PORT` then does not serve; 0: `PORT` serves them',
    '0',
  )
  @Integer({ min: 0, max: 65_535 })
  @OtherPort()
  operationsPort: number;

  @Setting('PUBLIC_URL', 'Public URL of the service, used in links; empty: links are relative')
  @ParseWith((text) => emptyToNull(text.replace(/\/$/, '')))
  @IsOptional()
  @IsUrl(webUrl, { message: 'must be a URL such as https://metrics.example.org' })
  publicUrl: string | null;

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
  @Origins()
  corsOrigins: string[];

  @Setting(
    'PAGE_ORIGINS',
    'Other origins whose pages belong to the platform: usages of pages elsewhere are skipped; separated by commas',
  )
  @Origins()
  pageOrigins: string[];

  @Setting(
    'ROBOTS',
    "Lists of robots: `all`, or `counter` for COUNTER's list alone, which misses a quarter of the known crawlers",
    'all',
  )
  @IsIn(['all', 'counter'], { message: 'must be all or counter' })
  robots: 'all' | 'counter';

  @Setting('TRUSTED_PROXIES', 'Number of reverse proxies that append to `X-Forwarded-For`', '0')
  @Integer({ min: 0, max: 10 })
  trustedProxies: number;

  @SecretSetting('OSF_DATABASE_URL', "URL of the OSF's PostgreSQL database, which the service only reads; empty: none")
  @ParseWith(emptyToNull)
  @IsOptional()
  @IsUrl(postgresUrl, { message: 'must be a URL such as postgres://user@host/database' })
  osfDatabaseUrl: string | null;

  @Setting('OSF_DATABASE_CONNECTIONS', "Connections to the OSF's database for lookups of items and permissions", '4')
  @Integer({ min: 1, max: 100 })
  osfDatabaseConnections: number;

  @Setting(
    'OSF_DATABASE_LOOKUP_MILLISECONDS',
    "Timeout of a lookup in the OSF's database, for the connection and for the query each",
    '500',
  )
  @Integer({ min: 10, max: 60_000 })
  osfDatabaseLookupMilliseconds: number;

  @Setting('OSF_DATABASE_REPORT_SECONDS', "Timeout of a reporter's query in the OSF's database", '3600')
  @Integer({ min: 1, max: 86_400 })
  osfDatabaseReportSeconds: number;

  @Setting('OSF_API_URL', "Root URL of the OSF's API, which identifies users; empty: all users are anonymous")
  @ParseWith(emptyToNull)
  @IsOptional()
  @IsUrl(webUrl, { message: 'must be a URL such as https://api.osf.io/v2/' })
  osfApiUrl: string | null;

  @Setting('OSF_API_MILLISECONDS', "Timeout of a request to the OSF's API", '2000')
  @Integer({ min: 10, max: 60_000 })
  osfApiMilliseconds: number;

  @Setting('OSF_SESSION_COOKIE', "Name of the OSF's session cookie", 'osf')
  @Matches(/^[\w!#$%&'*+.^`|~-]+$/, { message: 'must be a cookie name such as osf' })
  osfSessionCookie: string;

  @SecretSetting(
    'METRICS_API_KEYS',
    'Hashed API keys with their scopes, as `keys create` prints them, separated by commas',
  )
  @ParseWith((text) => splitList(text).map(parseApiKey))
  @ValidateNested({ each: true })
  apiKeys: ApiKey[];

  @Setting('RATE_LIMIT_PER_MINUTE', 'Requests per minute of a client without an API key; 0: no limit', '1200')
  @Integer({ min: 0, max: 10_000_000 })
  rateLimitPerMinute: number;

  @Setting('API_KEY_RATE_LIMIT_PER_MINUTE', 'Requests per minute with an API key; 0: no limit', '6000')
  @Integer({ min: 0, max: 10_000_000 })
  apiKeyRateLimitPerMinute: number;

  @Setting('CONNECTIONS_PER_CLIENT', 'Connections from one address; has no effect behind trusted proxies', '500')
  @Integer({ min: 1, max: 1_000_000 })
  connectionsPerClient: number;

  @Setting('READS_PER_CLIENT', 'Reads that one client or API key may have running at a time', '16')
  @Integer({ min: 1, max: 1_000_000 })
  readsPerClient: number;

  @Setting('RESPONSE_CACHE_MB', 'Memory for public responses, which are kept for a minute, in MiB; 0: none', '32')
  @Integer({ min: 0, max: 100_000 })
  responseCacheMb: number;

  @Setting(
    'PUBLIC_MINIMUM_VISITS',
    'Visits that a referrer or page needs to be shown to readers who may not edit the item; above 1 where single readers ' +
      'must not be recognizable',
    '1',
  )
  @Integer({ min: 1, max: 1_000_000 })
  publicMinimumVisits: number;

  @Setting(
    'RECORDING_QUEUE_LIMIT',
    'Usages that may wait to be stored; the service returns 503 to further ones',
    '10000',
  )
  @Integer({ min: 1, max: 10_000_000 })
  recordingQueueLimit: number;

  @Setting('RECORDING_QUEUE_MB', 'Memory for usages that wait to be stored, in MiB; further ones return 503', '32')
  @Integer({ min: 1, max: 100_000 })
  recordingQueueMb: number;

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
  @Integers({ min: 0, max: 86_400 })
  reporterRetrySeconds: number[];

  @SecretSetting(
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
