import { type Html, html } from '../http/responses/html.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import type { TimeBucket } from '../time/periods.js';
import type { Formats } from './formats.js';
import type { PageRequest } from './page-request.js';
import { intervalsFor, RANGE_NAMES, type RangePickerDto } from './range-picker.dto.js';
import { TEXTS } from './texts.js';

/** What a link to another range removes. */
const OTHER_RANGE = { from: undefined, to: undefined, interval: undefined, page: undefined };

/**
 * A menu of ranges, with a form for any other one.
 *
 * @param keptParameters the parameters that a change of the range keeps
 */
export function renderRangePicker(
  picker: RangePickerDto,
  days: Required<DateRange>,
  today: CalendarDate,
  page: PageRequest,
  keptParameters: readonly string[] = [],
): Html {
  const shown = picker.rangeName ? TEXTS.ranges[picker.rangeName] : describeDays(days, page.formats);
  const [from, to] = [days.start.toString(), days.end.plusDays(-1).toString()];
  return html`<details class="menu">
    <summary><span class="visually-hidden">${TEXTS.range}: </span>${shown}</summary>
    <div class="menu-content">
      <ul>
        ${RANGE_NAMES.map((name) => {
          const href = page.linkToSelf({ ...OTHER_RANGE, range: name });
          return html`<li>${renderChoice(href, TEXTS.ranges[name], name === picker.rangeName)}</li>`;
        })}
      </ul>
      <form method="get">
        <h2>${TEXTS.customRange}</h2>
        <label>${TEXTS.from} ${dateInput('from', from, today)}</label>
        <label>${TEXTS.to} ${dateInput('to', to, today)}</label>
        ${renderHiddenFields(keptParameters, page)}
        <button>${TEXTS.apply}</button>
      </form>
    </div>
  </details>`;
}

/** Fields of a form that keep parameters of the page. */
export function renderHiddenFields(names: readonly string[], page: PageRequest): Html {
  return html`${names.map((name) => {
    const value = page.parameter(name);
    return value === undefined ? html`` : html`<input type="hidden" name="${name}" value="${value}" />`;
  })}`;
}

/** Links to the same page with another interval of its charts. */
export function renderIntervals(days: Required<DateRange>, bucket: TimeBucket, page: PageRequest): Html {
  return renderChoices(
    TEXTS.interval,
    intervalsFor(days).map((interval) => ({
      href: page.linkToSelf({ interval }),
      label: TEXTS.intervals[interval],
      isCurrent: interval === bucket,
    })),
  );
}

export interface Choice {
  readonly href: string;
  readonly label: string;
  readonly isCurrent: boolean;
}

/** Links of which one is the current choice. */
export function renderChoices(name: string, choices: readonly Choice[]): Html {
  return html`<ul class="choices" aria-label="${name}">
    ${choices.map(({ href, label, isCurrent }) => html`<li>${renderChoice(href, label, isCurrent)}</li>`)}
  </ul>`;
}

/** `1 Nov 2026 to 28 Nov 2026` */
export function describeDays({ start, end }: Required<DateRange>, formats: Formats): string {
  return TEXTS.days(formats.day(start), formats.day(end.plusDays(-1)));
}

/** As `describeDays`, and says whether the last day is not over. */
export function describePeriod(days: Required<DateRange>, today: CalendarDate, formats: Formats): string {
  const describe = days.end.compare(today) > 0 ? TEXTS.daysSoFar : TEXTS.days;
  return describe(formats.day(days.start), formats.day(days.end.plusDays(-1)));
}

function renderChoice(href: string, label: string, isCurrent: boolean): Html {
  return isCurrent ? html`<a href="${href}" aria-current="true">${label}</a>` : html`<a href="${href}">${label}</a>`;
}

function dateInput(name: string, value: string, today: CalendarDate): Html {
  return html`<input type="date" name="${name}" value="${value}" max="${today.toString()}" required />`;
}
