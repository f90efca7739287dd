import type { Days } from '../../time/date-range.js';
import { untilCutOff } from '../cut-off.js';
import { Progress } from '../progress.js';
import { describeOutcomes, type NamedLine, sendLines } from '../send-lines.js';
import { CommandError, type ServiceClient } from '../service-client.js';
import { OSF8_RECORD_TYPES, type Osf8RecordType } from './osf8-records.js';
import type { Osf8Document, Osf8Index, Osf8Source } from './osf8-source.js';

interface DocumentLine extends NamedLine {
  readonly document: Osf8Document;
}

/**
 * Moves the OSF's records of these types and days to the service, and says of each type how many there are, were read and
 * came in. What is there of other types is named and counted.
 *
 * @throws CommandError when a record was rejected or did not come; the others are in
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
  const homeless = indexes.filter(({ recordType }) => !OSF8_RECORD_TYPES.some((name) => isOf(name, recordType)));
  for (const { name } of homeless) {
    console.log(`${name}: ${await source.count([name])} documents, for which there is no place here`);
  }
  if (failures.length > 0) throw new CommandError(failures.join('\n'));
}

interface TypeImport {
  readonly indexes: readonly Osf8Index[];
  readonly days: Days;
  /** The names of the types that are still to be moved, this one included. */
  readonly remaining: readonly string[];
}

/** @returns what is missing, in words */
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
  let moved = 0;
  let last: DocumentLine | undefined;
  const howToGoOn = (): string => {
    // Only when nothing else remains: `--since` is for all types.
    const day = remaining.length === 1 && last ? type.dayOf?.(last.document.source) : undefined;
    const since = day ? ` --since ${day.toString()}` : '';
    return `what came before is in: go on with --only ${remaining.join(' ')}${since}`;
  };
  const outcomes = await untilCutOff(howToGoOn, async () => {
    const documents = source.read(names, { query, sort: type.sort });
    return await sendLines(client, type.path, toLines(documents, type), (sent) => {
      moved += sent.length;
      last = sent.at(-1);
      progress.advance(sent.length);
    });
  }).finally(() => progress.finish());
  console.log([`${type.name}: ${moved} of ${total}`, describeOutcomes(outcomes)].filter(Boolean).join(', '));
  return [
    ...(moved < total ? [`${type.name}: ${total - moved} records did not come`] : []),
    ...(outcomes['rejected'] ? [`${type.name}: ${outcomes['rejected']} records were rejected`] : []),
  ];
}

async function* toLines(
  documents: AsyncIterable<Osf8Document>,
  { convert }: Osf8RecordType,
): AsyncIterable<DocumentLine> {
  for await (const document of documents) {
    const { index, id, source } = document;
    yield { name: `${index}/${id}`, text: JSON.stringify(convert(source)), document };
  }
}

/** The names of indexes have the class in lower case. */
function isOf(className: string, recordType: string | undefined): boolean {
  return className.toLowerCase() === recordType;
}
