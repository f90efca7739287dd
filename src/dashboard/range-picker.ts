import { type Html, html } from '../http/responses/html.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import type { TimeBucket } from '../time/periods.js';
import type { Formats } from './formats.js';
import type { PageRequest } from './page-request.js';
import { intervalsFor, RANGE_NAMES, type RangePickerDto } from './range-picker.dto.js';
import { ITEM_TYPE_NAMES, TEXTS } from './texts.js';

/** A menu of ranges, with a form for any other one. */
export function renderRangePicker(
  picker: RangePickerDto,
  days: Required<DateRange>,
  today: CalendarDate,
  page: PageRequest,
): Html {
  const shown = picker.rangeName ? TEXTS.ranges[picker.rangeName] : describeDays(days, page.formats);
  const [from, to] = [days.start.toString(), days.end.plusDays(-1).toString()];
  return html`<details class="menu">
    <summary><span class="visually-hidden">${TEXTS.range}: </span>${shown}</summary>
    <div class="menu-content">
      <ul>
        ${RANGE_NAMES.map((name) => {
          const href = page.linkToSelf({ range: name, from: undefined, to: undefined, interval: undefined });
          return html`<li>${renderChoice(href, TEXTS.ranges[name], name === picker.rangeName)}</li>`;
        })}
      </ul>
      <form method="get">
        <h2>${TEXTS.customRange}</h2>
        <label>${TEXTS.from} ${dateInput('from', from, today)}</label>
        <label>${TEXTS.to} ${dateInput('to', to, today)}</label>
        ${(['provider', 'item_type'] as const).map((name) =>
          picker[name] === undefined ? html`` : html`<input type="hidden" name="${name}" value="${picker[name]}" />`,
        )}
        <button>${TEXTS.apply}</button>
      </form>
    </div>
  </details>`;
}

/** The filters that are set, each with a link that removes it. */
export function renderFilters({ provider, item_type }: RangePickerDto, page: PageRequest): Html {
  const filters = [
    { name: 'provider', label: TEXTS.provider, value: provider },
    { name: 'item_type', label: TEXTS.itemType, value: item_type && typeName(item_type) },
  ].filter(({ value }) => value !== undefined);
  if (filters.length === 0) return html``;
  return html`<ul class="filters" aria-label="${TEXTS.filters}">
    ${filters.map(({ name, label, value = '' }) => {
      const text = `${label}: ${value}`;
      const href = page.linkToSelf({ [name]: undefined });
      return html`<li>
        <a href="${href}" aria-label="${TEXTS.removeFilter(text)}">${text}<span aria-hidden="true"> ✕</span></a>
      </li>`;
    })}
  </ul>`;
}

/** Links to the same page with another interval of its charts. */
export function renderIntervals(days: Required<DateRange>, bucket: TimeBucket, page: PageRequest): Html {
  return html`<ul class="choices" aria-label="${TEXTS.interval}">
    ${intervalsFor(days).map(
      (interval) =>
        html`<li>${renderChoice(page.linkToSelf({ interval }), TEXTS.intervals[interval], interval === bucket)}</li>`,
    )}
  </ul>`;
}

/** `1 Nov 2026 to 28 Nov 2026` */
export function describeDays({ start, end }: Required<DateRange>, formats: Formats): string {
  return TEXTS.days(formats.day(start), formats.day(end.plusDays(-1)));
}

/** The name of a type of items, or of several types that are separated by commas. */
export function typeName(types: string): string {
  const names = new Map<string, string>(Object.entries(ITEM_TYPE_NAMES));
  return types
    .split(',')
    .map((type) => names.get(type) ?? type)
    .join(', ');
}

function renderChoice(href: string, label: string, isCurrent: boolean): Html {
  return isCurrent ? html`<a href="${href}" aria-current="true">${label}</a>` : html`<a href="${href}">${label}</a>`;
}

function dateInput(name: string, value: string, today: CalendarDate): Html {
  return html`<input type="date" name="${name}" value="${value}" max="${today.toString()}" required />`;
}
