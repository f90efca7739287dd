import { type Html, html } from '../http/responses/html.js';
import type { YearMonth } from '../time/year-month.js';
import type { Formats } from './formats.js';

/** The options of a choice of months. */
export function renderMonthOptions(months: readonly YearMonth[], chosen: YearMonth, formats: Formats): Html[] {
  return months.map((month) => {
    const label = formats.period(month.firstDay(), 'month');
    return month.equals(chosen)
      ? html`<option value="${month.toString()}" selected>${label}</option>`
      : html`<option value="${month.toString()}">${label}</option>`;
  });
}
