import { fieldsOf } from '../fields/field-declaration.js';
import type { Attributes } from '../http/resource.js';
import { type Validated, validated } from '../http/validated.js';
import { RESOURCE_TYPE_PREFIX } from './report-resource.js';
import { findReportType } from './report-type.js';
import type { Report } from './report.js';

/** Reads a report out of a JSON:API resource, as `toResource` makes it; a declared field that is left out is null. */
export function readReport({ type, plain, pointer }: Attributes): Validated<Report> {
  const id =
    typeof type === 'string' && type.startsWith(RESOURCE_TYPE_PREFIX) ? type.slice(RESOURCE_TYPE_PREFIX.length) : '';
  const found = findReportType(id);
  if (!found) {
    const source = { pointer: pointer.replace(/\/attributes$/, '/type') };
    return { problems: [{ detail: `type must be ${RESOURCE_TYPE_PREFIX} and the id of a report type`, source }] };
  }
  return validated(found.reportClass, declaredOf(plain, found.reportClass), pointer);
}

/** Other properties could be those that a report works out itself. */
function declaredOf(plain: unknown, reportClass: new () => Report): unknown {
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) return plain;
  const given = plain as Readonly<Record<string, unknown>>;
  return Object.fromEntries(fieldsOf(reportClass).map(({ name }) => [name, given[name] ?? null]));
}
