import { readConfiguration } from '../../config/read-configuration.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import { MisuseError } from '../service-client.js';
import { type ServiceOptions, withService } from '../with-service.js';
import { importOsf8 } from './import-osf8.js';
import { OSF8_RECORD_TYPES, osf8RecordTypes } from './osf8-records.js';
import { Osf8Source, type Osf8SourceOptions } from './osf8-source.js';
import { sessionSecret, sessionSecretPath } from './session-secret.js';

export interface Osf8Options extends ServiceOptions, Omit<Osf8SourceOptions, 'url'> {
  /** The URL of that Elasticsearch. */
  readonly from: string;
  /** The first and the last day. */
  readonly since?: CalendarDate;
  readonly until?: CalendarDate;
  /** Names of classes; left out: all of them. */
  readonly only?: readonly string[];
}

/** @throws CommandError, as `importOsf8` does */
export async function importFromOsf8(options: Osf8Options): Promise<void> {
  const { url, key, from, since, until, only = OSF8_RECORD_TYPES, ...access } = options;
  refuseUnknown(only);
  const configuration = readConfiguration(process.env);
  const types = osf8RecordTypes(await sessionSecret(configuration));
  const source = new Osf8Source({ ...access, url: from });
  try {
    const chosen = types.filter(({ name }) => only.includes(name));
    await withService({ url, key }, (client) => importOsf8(client, source, chosen, { from: since, until }));
  } finally {
    await source.close();
  }
  console.log(`once all is moved, delete ${sessionSecretPath(configuration)}: it ties session-hours to the OSF's`);
}

function refuseUnknown(names: readonly string[]): void {
  const unknown = names.find((name) => !OSF8_RECORD_TYPES.includes(name));
  if (unknown === undefined) return;
  throw new MisuseError(`--only: no class ${unknown}; there are ${OSF8_RECORD_TYPES.join(', ')}`);
}
