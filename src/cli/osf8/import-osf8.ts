import type { Days } from '../../time/date-range.js';
import { countOf } from '../count-of.js';
import { Progress } from '../progress.js';
import { withResumeHint } from '../resume-hint.js';
import { describeOutcomes, type NamedLine, sendLines } from '../send-lines.js';
import { CommandError, type ServiceClient } from '../service-client.js';
import { OSF8_RECORD_TYPES, type Osf8RecordType } from './osf8-records.js';
import type { Osf8Document, Osf8Index, Osf8Source } from './osf8-source.js';

interface DocumentLine extends NamedLine {
  readonly document: Osf8Document;
}

/**
 * Imports the OSF's records of these types and days into the service. Prints for each type how many records exist, were
 * read and were accepted; prints and counts the indexes of unsupported types.
 *
 * @throws CommandError if records were rejected or are missing; the others are imported
 */
export async function importOsf8(
  client: ServiceClient,
  source: Osf8Source,
  types: readonly Osf8RecordType[],
  days: Days,
): Promise<void> {
  const indexes = await source.listIndexes();
  const failures: string[] = [];
  for (const [position, type] of types.entries()) {
    const remaining = types.slice(position).map(({ name }) => name);
    failures.push(...(await importType(client, source, type, { indexes, days, remaining })));
  }
  const unsupported = indexes.filter(({ recordType }) => !OSF8_RECORD_TYPES.some((name) => isOf(name, recordType)));
  for (const { name } of unsupported) {
    console.log(`${name}: ${countOf(await source.count([name]), 'document')} of an unsupported type`);
  }
  if (failures.length > 0) throw new CommandError(failures.join('\n'));
}

interface TypeImport {
  readonly indexes: readonly Osf8Index[];
  readonly days: Days;
  /** The names of the types still to import, including this one. */
  readonly remaining: readonly string[];
}

/** @returns a message for each kind of failure */
async function importType(
  client: ServiceClient,
  source: Osf8Source,
  type: Osf8RecordType,
  { indexes, days, remaining }: TypeImport,
): Promise<string[]> {
  const ofType = indexes.filter(({ recordType }) => isOf(type.name, recordType));
  if (ofType.length === 0) {
    console.log(`${type.name}: no index`);
    return [];
  }
  const names = ofType.map(({ name }) => name);
  const years = ofType.map(({ year = 0 }) => year);
  const query = type.query(days, { first: Math.min(...years), last: Math.max(...years) });
  const total = await source.count(names, query);
  const progress = new Progress(type.name, total);
  let imported = 0;
  let last: DocumentLine | undefined;
  const resumeHint = (): string => {
    // `--since` applies to all types, so it is given only for the last one.
    const day = remaining.length === 1 && last ? type.dayOf?.(last.document.source) : undefined;
    const since = day ? ` --since ${day.toString()}` : '';
    return `everything before is imported; resume with --only ${remaining.join(' ')}${since}`;
  };
  const outcomes = await withResumeHint(resumeHint, async () => {
    const documents = source.read(names, { query, sort: type.sort });
    return await sendLines(client, type.path, toLines(documents, type), (sent) => {
      imported += sent.length;
      last = sent.at(-1);
      progress.advance(sent.length);
    });
  }).finally(() => progress.finish());
  console.log([`${type.name}: ${imported} of ${total}`, describeOutcomes(outcomes)].filter(Boolean).join(', '));
  return [
    ...(imported < total ? [`${type.name}: missing ${countOf(total - imported, 'record')}`] : []),
    ...(outcomes['rejected'] ? [`${type.name}: rejected ${countOf(outcomes['rejected'], 'record')}`] : []),
  ];
}

async function* toLines(
  documents: AsyncIterable<Osf8Document>,
  { convert }: Osf8RecordType,
): AsyncIterable<DocumentLine> {
  for await (const document of documents) {
    // The OSF repeats the parts of the timestamp.
    const { timeseries_timeparts: _, ...source } = document.source;
    const name = `${document.index}/${document.id}`;
    yield { name, text: JSON.stringify(convert(source)), document };
  }
}

/** Index names contain the class in lower case. */
function isOf(className: string, recordType: string | undefined): boolean {
  return className.toLowerCase() === recordType;
}
