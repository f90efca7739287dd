import { declaredValues } from '../fields/declared-values.js';
import type { ResourceInput } from '../http/json-api/resource.js';
import { validate, type Validated } from '../http/json-api/validate.js';
import type { Report } from '../model/report.js';
import { RESOURCE_TYPE_PREFIX } from './report-resource.js';
import { findReportType } from './report-types.js';

/** Reads a report out of a JSON:API resource, as `toResource` makes it; a declared field that is left out is null. */
export function readReport({ type, attributes, pointer }: ResourceInput): Validated<Report> {
  const id =
    typeof type === 'string' && type.startsWith(RESOURCE_TYPE_PREFIX) ? type.slice(RESOURCE_TYPE_PREFIX.length) : '';
  const found = findReportType(id);
  if (!found) {
    const source = { pointer: pointer.replace(/\/attributes$/, '/type') };
    return { problems: [{ detail: `type must be ${RESOURCE_TYPE_PREFIX} and the id of a report type`, source }] };
  }
  // Other properties could be those that a report works out itself.
  return validate(found.reportClass, declaredValues(found.reportClass, attributes), pointer);
}
