import { fieldsOf } from '../fields/field-declaration.js';
import type { ResourceInput } from '../http/json-api/resource.js';
import { validate, type Validated } from '../http/json-api/validate.js';
import type { Report } from '../model/report.js';
import { type ReportTypeDeclaration, reportTypeOf } from '../model/report-type.js';
import { findReportType } from './report-types.js';

/** The JSON:API type of a report is this prefix and the ID of its report type: `cyclic-report:download_count`. */
export const RESOURCE_TYPE_PREFIX = 'cyclic-report:';

/** The JSON:API type of a report type. */
export const REPORT_TYPE_RESOURCE = 'metrics-report-name';

/** A report as a JSON:API resource. */
export interface ReportResource {
  readonly id: string;
  readonly type: string;
  /** The cycle, then the other fields in order of declaration, then `timestamp`. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships?: object;
  readonly links?: object;
}

/** @param type overrides the type of the resource */
export function toResource(report: Report, type = `${RESOURCE_TYPE_PREFIX}${reportTypeOf(report).id}`): ReportResource {
  const { reportClass, cycleField } = reportTypeOf(report);
  const names = fieldsOf(reportClass).map(({ name }) => name);
  const own = names.filter((name) => name !== cycleField && name !== 'timestamp');
  const values = report as unknown as Readonly<Record<string, unknown>>;
  const attributes = [cycleField, ...own, 'timestamp'].map((name) => [name, values[name] ?? null]);
  return { id: report.id, type, attributes: Object.fromEntries(attributes) as ReportResource['attributes'] };
}

export async function* toResources(
  reports: Iterable<Report> | AsyncIterable<Report>,
  type?: string,
): AsyncIterable<ReportResource> {
  for await (const report of reports) yield toResource(report, type);
}

/**
 * Reads a report from a JSON:API resource as `toResource` returns it. Any field may be null, because a report that is older
 * than a field has null there; only the fields that identify the report must have a value.
 *
 * @param now the default of `timestamp`
 */
export function readReport({ type, attributes, pointer }: ResourceInput, now: Date): Validated<Report> {
  const reportType = findResourceType(type);
  if (!reportType) {
    const source = { pointer: pointer.replace(/\/attributes$/, '/type') };
    return {
      problems: [{ detail: `type must be ${RESOURCE_TYPE_PREFIX} followed by the ID of a report type`, source }],
    };
  }
  const { reportClass, cycleField, uniqueFields } = reportType;
  if (!isObject(attributes)) return validate(reportClass, attributes, pointer);
  const values: Record<string, unknown> = { ...attributes };
  for (const name of [cycleField, ...uniqueFields]) values[name] ??= undefined;
  values['timestamp'] ??= now.toISOString();
  return validate(reportClass, values, pointer, { acceptsNull: true });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function findResourceType(type: unknown): ReportTypeDeclaration | undefined {
  if (typeof type !== 'string' || !type.startsWith(RESOURCE_TYPE_PREFIX)) return undefined;
  return findReportType(type.slice(RESOURCE_TYPE_PREFIX.length));
}
