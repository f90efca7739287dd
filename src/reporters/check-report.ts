import { inspect } from 'node:util';
import { valueAt } from '../fields/field-declaration.js';
import { validate } from '../http/json-api/validate.js';
import type { Report } from '../model/report.js';
import type { ReportClass } from '../model/report-type.js';

const SHOWN_VALUE = { depth: 1, maxArrayLength: 3, maxStringLength: 100, breakLength: Infinity };

/** A reporter built a report that does not match the declaration of its fields. To run it again would not help. */
export class InvalidReportError extends Error {
  override readonly name = 'InvalidReportError';
}

/** @throws InvalidReportError naming each invalid field of the report and its value */
export function checkReport(reportClass: ReportClass, report: Report): void {
  const validated = validate(reportClass, report, '');
  if (!('problems' in validated)) return;
  const reasons = validated.problems.map(({ detail, source }) => {
    const pointer = source && 'pointer' in source ? source.pointer : '';
    const path = pointer.slice(1).replaceAll('/', '.');
    return `${detail}, but ${path} is ${inspect(valueAt(report, path), SHOWN_VALUE)}`;
  });
  throw new InvalidReportError(`invalid ${reportClass.name}: ${reasons.join('; ')}`);
}
