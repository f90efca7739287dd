import { join } from 'node:path';
import { IsObject, IsOptional, IsUrl, Matches, ValidateIf } from 'class-validator';
import { Integer } from './integer.js';
import { IsReadableFile } from './is-readable-file.js';
import { IsWritableFolder } from './is-writable-folder.js';
import { emptyToNull, parseJsonSetting, ParseWith, SecretSetting, Setting, splitList } from './setting.js';
import { webUrl } from './url-options.js';

/** Where data is stored, and for how long. */
export class StorageSettings {
  @Setting(
    'DATA_DIR',
    'Directory for the embedded store, session keys, the robots list and other local files',
    './data',
  )
  @ValidateIf(({ usesElasticsearch }: StorageSettings) => !usesElasticsearch)
  @IsWritableFolder()
  dataDir: string;

  @Setting(
    'BACKUP_DIR',
    'Directory for daily backups of the embedded store, of which two are kept; `none`: no backups and no journal; empty: `backups` in `DATA_DIR`',
  )
  @ValidateIf(({ usesElasticsearch, backupSetting }: StorageSettings) => {
    return !usesElasticsearch && !['', 'none'].includes(backupSetting);
  })
  @IsWritableFolder()
  private readonly backupSetting: string;

  /** Null: no backups. */
  get backupDir(): string | null {
    if (this.backupSetting === 'none') return null;
    return this.backupSetting || join(this.dataDir, 'backups');
  }

  // With 10 million usages, four exports, a monthly run, the dashboard and recording 200 usages/s at once, nothing fails with
  // 160. With 128, the run lacks memory until the exports end.
  @Setting('EMBEDDED_MEMORY_MB', 'Memory limit of the embedded store, in MiB, at least 160', '160')
  @Integer({ min: 160, max: 1_000_000 })
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

  @SecretSetting('ELASTICSEARCH_PASSWORD', 'Password of the Elasticsearch user')
  elasticsearchPassword: string;

  @SecretSetting('ELASTICSEARCH_API_KEY', 'Elasticsearch API key, instead of user and password')
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
  @Integer({ min: 1, max: 1024 })
  elasticsearchShards: number;

  @Setting('ELASTICSEARCH_REPLICAS', 'Replicas of each shard', '1')
  @Integer({ min: 0, max: 100 })
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
  @Integer({ min: 1, max: 3_600 })
  elasticsearchTimeoutSeconds: number;

  @Setting(
    'USAGE_RETENTION_DAYS',
    'Days that usages are stored, at least 62. Whole months are removed, and their counts are kept. 0: keep usages forever',
    '0',
  )
  @ValidateIf(({ usageRetentionDays }: StorageSettings) => usageRetentionDays !== 0)
  @Integer(
    { min: 62, max: 36_500 },
    { message: 'must be 0 or an integer from 62 to 36500, because the reports of a month need all its usages' },
  )
  usageRetentionDays: number;
}
