import type { estypes } from '@elastic/elasticsearch';
import { fieldsOf } from '../../fields/field-declaration.js';
import { findComparedUrl, hashUrl, parseWebUrl } from '../../model/page-url.js';
import { type ReportTypeDeclaration, reportTypeOf } from '../../model/report-type.js';
import { shortKeyedHash } from '../../model/short-hash.js';
import { RESOURCE_TYPE_PREFIX } from '../../reports/report-resource.js';
import { PRIVATE_REPORTS, VIEWABLE_REPORTS } from '../../reports/report-types.js';
import { CalendarDate } from '../../time/calendar-date.js';
import type { Days } from '../../time/date-range.js';
import { YearMonth } from '../../time/year-month.js';
import type { Osf8Document } from './osf8-source.js';

type Source = Osf8Document['source'];

/** The years that the indexes cover. */
export interface Years {
  readonly first: number;
  readonly last: number;
}

/** A class of the OSF's records, and how to import them. */
export interface Osf8RecordType {
  readonly name: string;
  /** The batch route of the service for them. */
  readonly path: string;
  readonly sort: estypes.Sort;
  readonly query: (days: Days, years: Years) => estypes.QueryDslQueryContainer;
  /** Converts a document to the body of the route. */
  readonly convert: (source: Source) => object;
  /** The day of a record; only for types that are read in order of time. */
  readonly dayOf?: (source: Source) => CalendarDate;
}

/**
 * The supported record types, in the order of import. Usages come last, because they are the most.
 *
 * @param secret key under which session-hours are hashed again: the OSF's hashes can be reversed by trying all users
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

/** Report classes have the names and fields of the OSF's, except for the cycle and the timestamp. */
function reportRecords(type: ReportTypeDeclaration): Osf8RecordType {
  const { id, cycleField, reportClass } = type;
  // The OSF omits empty lists.
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
  const url = parseWebUrl(String(page?.['page_url']));
  const comparedUrl = url && findComparedUrl(url);
  // With the import's own secret, so that repeating the import changes nothing.
  const page_url_hash = comparedUrl === undefined ? null : hashUrl(comparedUrl, secret);
  const present = Object.entries(fields).filter(([, value]) => value !== '');
  const within = (within_iris as string[] | undefined) ?? [];
  return {
    ...Object.fromEntries(present),
    timestamp: toInstant(source['timestamp']),
    sessionhour_id: shortKeyedHash(String(sessionhour_id), secret),
    within_iris: within.filter((iri) => iri !== ''),
    pageview_info: url ? { ...page, page_url_hash } : null,
  };
}

/** Lists every cycle, because a range query would compare text: `2026.10` sorts before `2026.7`. */
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

/** The OSF writes `2026-07-09` as `2026.7.9`. */
function toCoverage(cycle: CalendarDate | YearMonth): string {
  return cycle.toString().split('-').map(Number).join('.');
}

/** The inverse of `toCoverage`. Invalid text stays invalid, so that the service rejects it. */
function toCycle(coverage: unknown): string {
  return String(coverage)
    .split('.')
    .map((part) => part.padStart(2, '0'))
    .join('-');
}

/** The OSF's timestamps without a time zone are in UTC. */
function toInstant(value: unknown): unknown {
  return typeof value === 'string' && !/(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? `${value}Z` : value;
}
