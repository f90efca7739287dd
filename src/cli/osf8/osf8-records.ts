import { createHmac } from 'node:crypto';
import type { estypes } from '@elastic/elasticsearch';
import { fieldsOf } from '../../fields/field-declaration.js';
import { type ReportTypeDeclaration, reportTypeOf } from '../../model/report-type.js';
import { RESOURCE_TYPE_PREFIX } from '../../reports/report-resource.js';
import { PRIVATE_REPORTS, VIEWABLE_REPORTS } from '../../reports/report-types.js';
import { CalendarDate } from '../../time/calendar-date.js';
import type { Days } from '../../time/date-range.js';
import { YearMonth } from '../../time/year-month.js';
import type { Osf8Document } from './osf8-source.js';

type Source = Osf8Document['source'];

/** The years of the indexes that are read. */
export interface Years {
  readonly first: number;
  readonly last: number;
}

/** A class of the OSF's records, and where they go. */
export interface Osf8RecordType {
  readonly name: string;
  /** The route of the service that takes batches of them. */
  readonly path: string;
  readonly sort: estypes.Sort;
  readonly query: (days: Days, years: Years) => estypes.QueryDslQueryContainer;
  /** Makes of a document what the route takes. */
  readonly convert: (source: Source) => object;
  /** For records that come in order of time: the day of one. */
  readonly dayOf?: (source: Source) => CalendarDate;
}

const ID_LENGTH = 22;

/**
 * The OSF's records that have a home here, in the order in which they are moved; usages, which are the most, come last.
 *
 * @param secret under which session-hours are hashed again: the OSF's can be undone by trying all users
 */
export function osf8RecordTypes(secret: Buffer): readonly Osf8RecordType[] {
  const reportTypes = [...VIEWABLE_REPORTS, ...PRIVATE_REPORTS].map((reportClass) => reportTypeOf(reportClass));
  return [
    ...reportTypes.map(reportRecords),
    {
      ...events('RegistriesModerationEvent', 'events/registries_moderation/batch'),
      convert: (source) => ({ ...source, timestamp: toInstant(source['timestamp']) }),
    },
    {
      ...events('OsfCountedUsageEvent', 'events/counted_usage/batch'),
      convert: (source) => toUsage(source, secret),
    },
  ];
}

export const OSF8_RECORD_TYPES: readonly string[] = osf8RecordTypes(Buffer.alloc(0)).map(({ name }) => name);

/** Our classes of reports have the names and, but for the cycle and the time, the fields of the OSF's. */
function reportRecords(type: ReportTypeDeclaration): Osf8RecordType {
  const { id, cycleField, reportClass } = type;
  // The OSF leaves out what is empty.
  const lists = fieldsOf(reportClass).filter(({ array }) => array);
  const empty = Object.fromEntries(lists.map(({ name }) => [name, [] as const]));
  return {
    name: reportClass.name,
    path: 'reports/batch',
    sort: ['_shard_doc'],
    query: (days, years) => cyclesQuery(type, days, years),
    convert: ({ cycle_coverage, created, ...fields }) => ({
      type: `${RESOURCE_TYPE_PREFIX}${id}`,
      attributes: {
        ...empty,
        ...fields,
        [cycleField]: toCycle(cycle_coverage),
        timestamp: toInstant(created),
      },
    }),
  };
}

function events(name: string, path: string): Omit<Osf8RecordType, 'convert'> {
  return {
    name,
    path,
    sort: [{ timestamp: 'asc' }],
    query: ({ from, until }) => ({
      range: { timestamp: { gte: from?.start().toISOString(), lt: until?.end().toISOString() } },
    }),
    dayOf: ({ timestamp }) => CalendarDate.at(new Date(String(toInstant(timestamp)))),
  };
}

function toUsage(source: Source, secret: Buffer): object {
  const { pageview_info, sessionhour_id, within_iris, ...fields } = source;
  const page = pageview_info as Source | undefined;
  const given = Object.entries(fields).filter(([, value]) => value !== '');
  const within = (within_iris as string[] | undefined) ?? [];
  return {
    ...Object.fromEntries(given),
    timestamp: toInstant(source['timestamp']),
    sessionhour_id: createHmac('sha256', secret).update(String(sessionhour_id)).digest('base64url').slice(0, ID_LENGTH),
    within_iris: within.filter((iri) => iri !== ''),
    pageview_info: page?.['page_url'] ? page : null,
  };
}

/** The cycles one by one: in text `2026.10` comes before `2026.7`. */
function cyclesQuery(
  { period }: ReportTypeDeclaration,
  { from, until }: Days,
  years: Years,
): estypes.QueryDslQueryContainer {
  if (!from && !until) return { match_all: {} };
  const first = from ?? CalendarDate.parse(`${years.first}-01-01`);
  const last = until ?? CalendarDate.parse(`${years.last}-12-31`);
  const cycles: string[] = [];
  if (period === 'daily') {
    for (let day = first; day.compare(last) <= 0; day = day.plusDays(1)) cycles.push(toCoverage(day));
  } else {
    const end = YearMonth.of(last);
    for (let month = YearMonth.of(first); month.compare(end) <= 0; month = month.plusMonths(1)) {
      cycles.push(toCoverage(month));
    }
  }
  return { terms: { cycle_coverage: cycles } };
}

/** `2026-07-09` is `2026.7.9` with the OSF. */
function toCoverage(cycle: CalendarDate | YearMonth): string {
  return cycle.toString().split('-').map(Number).join('.');
}

/** The other way round; text that is no cycle stays wrong, and is rejected by name. */
function toCycle(coverage: unknown): string {
  return String(coverage)
    .split('.')
    .map((part) => part.padStart(2, '0'))
    .join('-');
}

/** Without a zone the OSF means UTC. */
function toInstant(value: unknown): unknown {
  return typeof value === 'string' && !/(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? `${value}Z` : value;
}
