import type { Configuration } from '../config/configuration.js';
import type { CounterRequest } from './counter-request.js';
import { CUSTOMER } from './customer.js';
import { type ReportException, toExceptionDocument } from './exceptions.js';

/** What the header of a report says. */
export interface ReportContext {
  readonly request: CounterRequest;
  readonly configuration: Configuration;
  /** When the report is created. */
  readonly created: Date;
  /** Ordered by code. */
  readonly exceptions: readonly ReportException[];
  /** Whether the report has no items. */
  readonly isEmpty: boolean;
}

type Members = Record<string, unknown>;

/** The filters of the header, in COUNTER's order: without dates, and a list for each filter. */
export function listFilters({ filters, report }: CounterRequest): [string, readonly string[]][] {
  const names = report.view
    ? Object.keys(report.view)
    : ['Metric_Type', 'Data_Type', 'Access_Type', 'Access_Method', 'YOP', 'Item_ID'];
  return ['Platform', ...names].flatMap((name) => {
    const value = (filters as Record<string, string | readonly string[] | undefined>)[name];
    return value === undefined ? [] : [[name, [value].flat()] as [string, readonly string[]]];
  });
}

/** The attributes of the header that have one value. */
export function listFlags(request: CounterRequest): [string, string][] {
  const flags: [string, string | false][] = [
    ['Granularity', request.isTotals && 'Totals'],
    ['Include_Parent_Details', request.includesParents && 'True'],
    ['Include_Component_Details', request.includesComponents && 'True'],
    ['Exclude_Monthly_Details', request.excludesMonths && 'True'],
  ];
  return flags.filter((flag): flag is [string, string] => flag[1] !== false);
}

/** RFC 3339 without fractions of a second, as COUNTER prescribes. */
export function toTimestamp(instant: Date): string {
  return `${instant.toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z`;
}

export function firstDay({ begin }: CounterRequest): string {
  return begin.firstDay().toString();
}

export function lastDay({ end }: CounterRequest): string {
  return end.plusMonths(1).firstDay().plusDays(-1).toString();
}

/** The header of a report in Release 5.1 (Code of Practice 5.1, section 3.3.1). */
export function writeHeader51(context: ReportContext): Members {
  const { request, configuration } = context;
  const single = ['Platform', 'Item_ID'];
  const filters = listFilters(request).map(([name, values]) => [name, single.includes(name) ? values[0] : values]);
  const attributes: Members = {
    ...(request.requested.length > 0 ? { Attributes_To_Show: request.requested } : {}),
    ...Object.fromEntries(listFlags(request)),
  };
  return {
    Release: '5.1',
    Report_ID: request.report.id,
    Report_Name: request.report.name,
    Created: toTimestamp(context.created),
    Created_By: configuration.counterCreatedBy,
    Institution_ID: { Proprietary: [CUSTOMER.proprietaryId(configuration)] },
    Institution_Name: CUSTOMER.name,
    Registry_Record: configuration.counterRegistryRecord,
    Report_Filters: {
      ...(Object.fromEntries(filters) as Members),
      Begin_Date: firstDay(request),
      End_Date: lastDay(request),
    },
    ...(Object.keys(attributes).length > 0 ? { Report_Attributes: attributes } : {}),
    ...writeExceptions(context),
  };
}

/** The header of a report in Release 5.0. */
export function writeHeader50(context: ReportContext): Members {
  const { request, configuration } = context;
  const filters = [
    ...listFilters(request).map(([Name, values]) => ({ Name, Value: values.join('|') })),
    { Name: 'Begin_Date', Value: firstDay(request) },
    { Name: 'End_Date', Value: lastDay(request) },
  ];
  const attributes = [
    ...(request.requested.length > 0 ? [{ Name: 'Attributes_To_Show', Value: request.requested.join('|') }] : []),
    ...listFlags(request).map(([Name, Value]) => ({ Name, Value })),
  ];
  return {
    Report_Name: request.report.name,
    Report_ID: request.report.id,
    Release: '5',
    Institution_Name: CUSTOMER.name,
    Institution_ID: [{ Type: 'Proprietary', Value: CUSTOMER.proprietaryId(configuration) }],
    Customer_ID: CUSTOMER.id,
    Report_Filters: filters,
    ...(attributes.length > 0 ? { Report_Attributes: attributes } : {}),
    ...writeExceptions(context),
    Created: toTimestamp(context.created),
    Created_By: configuration.counterCreatedBy,
  };
}

function writeExceptions({ exceptions, request, isEmpty }: ReportContext): Members {
  if (exceptions.length === 0) return {};
  return { Exceptions: exceptions.map((each) => toExceptionDocument(each, request.report.release, isEmpty)) };
}
