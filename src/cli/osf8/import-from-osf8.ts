import { readConfiguration } from '../../config/read-configuration.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import { unknownName } from '../unknown-name.js';
import { type ServiceOptions, withNewService } from '../with-service.js';
import { importOsf8 } from './import-osf8.js';
import { OSF8_RECORD_TYPES, osf8RecordTypes } from './osf8-records.js';
import { Osf8Source, type Osf8SourceOptions } from './osf8-source.js';
import { readSessionSecret, sessionSecretPath } from './session-secret.js';

export interface Osf8Options extends ServiceOptions, Omit<Osf8SourceOptions, 'url'> {
  /** URL of the OSF's Elasticsearch. */
  readonly from: string;
  /** First day. */
  readonly since?: CalendarDate;
  /** Last day. */
  readonly until?: CalendarDate;
  /** Names of record classes; default: all. */
  readonly only?: readonly string[];
}

/** @throws CommandError as `importOsf8` */
export async function importFromOsf8(options: Osf8Options): Promise<void> {
  const { url, key, from, since, until, only = OSF8_RECORD_TYPES, ...access } = options;
  refuseUnknownClasses(only);
  const configuration = readConfiguration(process.env);
  const types = osf8RecordTypes(await readSessionSecret(configuration));
  const source = new Osf8Source({ ...access, url: from });
  try {
    const selected = types.filter(({ name }) => only.includes(name));
    await withNewService({ url, key }, (client) => importOsf8(client, source, selected, { from: since, until }));
  } finally {
    await source.close();
  }
  console.log(`after the last import, delete ${sessionSecretPath(configuration)}: it links session-hours to the OSF's`);
}

function refuseUnknownClasses(names: readonly string[]): void {
  const unknown = names.find((name) => !OSF8_RECORD_TYPES.includes(name));
  if (unknown !== undefined) throw unknownName('record class', unknown, OSF8_RECORD_TYPES);
}
