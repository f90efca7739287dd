import { RESOURCE_TYPE_PREFIX } from '../../reports/report-resource.js';
import { periodsWithin } from '../../time/periods.js';
import { YearMonth } from '../../time/year-month.js';
import type { DemoDays } from './demo-usages.js';

/** A report as it is imported. @param attributes its cycle and fields */
export function toDemoReport(id: string, attributes: object): object {
  return { type: `${RESOURCE_TYPE_PREFIX}${id}`, attributes };
}

/** The days of a demo, as cycles of reports. */
export function listDays({ first, count }: DemoDays): string[] {
  return Array.from({ length: count }, (_, day) => first.plusDays(day).toString());
}

/** The months of a demo. */
export function listMonths({ first, count }: DemoDays): YearMonth[] {
  return periodsWithin({ start: first, end: first.plusDays(count) }, 'month').map((day) => YearMonth.of(day));
}
