import { Matches, ValidateIf } from 'class-validator';
import { Integer } from './integer.js';
import { ParseWith, SecretSetting, Setting, splitList } from './setting.js';
import { StorageSettings } from './storage-settings.js';

const REGISTRY_RECORD =
  /^https:\/\/registry\.countermetrics\.org\/platform\/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The settings of the COUNTER API. */
export class CounterSettings extends StorageSettings {
  @Setting('COUNTER_PLATFORM_NAME', 'Name of the platform in COUNTER reports', 'OSF')
  @Matches(/^[^|;\p{Cc}]{2,100}$/u, { message: 'must have 2 to 100 characters, without | and ;' })
  counterPlatformName: string;

  @Setting('COUNTER_PLATFORM_ID', 'Namespace of item identifiers in COUNTER reports: `osf` in `osf:abc12`', 'osf')
  @Matches(/^[a-zA-Z][a-zA-Z0-9_./]{1,16}$/, {
    message: 'must be a letter, followed by 1 to 16 letters, digits, underscores, dots or slashes',
  })
  counterPlatformId: string;

  @Setting('COUNTER_CREATED_BY', 'Organization or system that creates the COUNTER reports', 'osf-metrics')
  @Matches(/^\P{Cc}{2,100}$/u, { message: 'must have 2 to 100 characters' })
  counterCreatedBy: string;

  @Setting('COUNTER_REGISTRY_RECORD', "URL of the platform's record in COUNTER's registry; empty: none")
  @ValidateIf((_, value) => value !== '')
  @Matches(REGISTRY_RECORD, { message: 'must be like https://registry.countermetrics.org/platform/<UUID>' })
  counterRegistryRecord: string;

  @SecretSetting(
    'COUNTER_REQUESTOR_IDS',
    'Requestor ids that may use the COUNTER API, separated by commas; empty, and without a key with the scope ' +
      '`counter:read`: everyone may',
  )
  @ParseWith(splitList)
  counterRequestorIds: string[];

  @Setting('COUNTER_CONCURRENT_REPORTS', 'COUNTER item reports that may be written at a time', '2')
  @Integer({ min: 1, max: 100 })
  counterConcurrentReports: number;
}
