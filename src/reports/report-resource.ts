import { fieldsOf } from '../fields/field-declaration.js';
import { reportTypeOf } from './report-type.js';
import type { Report } from './report.js';

/** Stands before the id of a report's type in the type of its resource. */
export const RESOURCE_TYPE_PREFIX = 'cyclic-report:';

/** A report as a JSON:API resource. */
export interface ReportResource {
  readonly id: string;
  readonly type: `${typeof RESOURCE_TYPE_PREFIX}${string}`;
  /** The cycle, the report's own fields as they are declared, and `timestamp`. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

export function toResource(report: Report): ReportResource {
  const { id, reportClass, cycleField } = reportTypeOf(report);
  const names = fieldsOf(reportClass).map(({ name }) => name);
  const own = names.filter((name) => name !== cycleField && name !== 'timestamp');
  const values = report as unknown as Readonly<Record<string, unknown>>;
  const attributes = [cycleField, ...own, 'timestamp'].map((name) => [name, values[name] ?? null]);
  return {
    id: report.id,
    type: `${RESOURCE_TYPE_PREFIX}${id}`,
    attributes: Object.fromEntries(attributes) as ReportResource['attributes'],
  };
}
