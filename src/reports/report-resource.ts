import { fieldsOf } from '../fields/field-declaration.js';
import type { Report } from '../model/report.js';
import { reportTypeOf } from '../model/report-type.js';

/** Stands before the id of a report's type in the type of its resource. */
export const RESOURCE_TYPE_PREFIX = 'cyclic-report:';

/** A report as a JSON:API resource. */
export interface ReportResource {
  readonly id: string;
  readonly type: string;
  /** The cycle, the report's own fields as they are declared, and `timestamp`. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** @param type what the API calls such resources, where it is not `cyclic-report:` and the id of the report's type */
export function toResource(report: Report, type = `${RESOURCE_TYPE_PREFIX}${reportTypeOf(report).id}`): ReportResource {
  const { reportClass, cycleField } = reportTypeOf(report);
  const names = fieldsOf(reportClass).map(({ name }) => name);
  const own = names.filter((name) => name !== cycleField && name !== 'timestamp');
  const values = report as unknown as Readonly<Record<string, unknown>>;
  const attributes = [cycleField, ...own, 'timestamp'].map((name) => [name, values[name] ?? null]);
  return {
    id: report.id,
    type,
    attributes: Object.fromEntries(attributes) as ReportResource['attributes'],
  };
}
