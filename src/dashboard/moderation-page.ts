import { type Html, html } from '../http/responses/html.js';
import type { ModerationCounts } from '../queries/moderation-counts.js';
import { addCounts, type ModerationOfProvider, stepsOf } from '../queries/moderation-counts.query.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import { periodsWithin } from '../time/periods.js';
import { YearMonth } from '../time/year-month.js';
import { renderChart } from './chart.js';
import { renderLayout } from './layout.js';
import type { PageRequest } from './page-request.js';
import { renderEmpty, renderPanel } from './panel.js';
import type { RangePickerDto } from './range-picker.dto.js';
import { describePeriod, renderRangePicker } from './range-picker.js';
import { renderStackingTable } from './table.js';
import { TEXTS } from './texts.js';
import { renderNumber, renderTiles } from './tiles.js';

const acceptedOf = (counts: ModerationCounts): number => counts.accepted_with_embargo + counts.accepted_without_embargo;

/** What the page shows of the steps, in the order of the columns. */
const COLUMNS: readonly { readonly label: string; readonly read: (counts: ModerationCounts) => number }[] = [
  { label: TEXTS.steps, read: stepsOf },
  { label: TEXTS.submissions, read: ({ submissions }) => submissions },
  { label: TEXTS.accepted, read: acceptedOf },
  { label: TEXTS.acceptedWithEmbargo, read: ({ accepted_with_embargo }) => accepted_with_embargo },
  { label: TEXTS.rejected, read: ({ rejected }) => rejected },
  { label: TEXTS.withdrawn, read: ({ withdrawn }) => withdrawn },
  { label: TEXTS.withComments, read: ({ transitions_with_comments }) => transitions_with_comments },
];

const NO_STEPS: ModerationCounts = {
  transitions_with_comments: 0,
  transitions_without_comments: 0,
  submissions: 0,
  accepted_with_embargo: 0,
  accepted_without_embargo: 0,
  rejected: 0,
  withdrawn: 0,
};

export interface ModerationFigures {
  readonly providers: readonly ModerationOfProvider[];
  readonly days: Required<DateRange>;
  readonly today: CalendarDate;
  readonly picker: RangePickerDto;
}

/** The moderation steps of registrations by month and by provider. */
export function renderModeration(figures: ModerationFigures, page: PageRequest): Html {
  const { providers, days, today, picker } = figures;
  const { formats } = page;
  const total = providers.reduce((sum, each) => addCounts(sum, each.total), NO_STEPS);
  const csv = page.linkToCsv('query/moderation/', {
    start_date: days.start.toString(),
    end_date: days.end.toString(),
  });
  const isEmpty = providers.length === 0;
  const main = html`<p class="note period">${describePeriod(days, today, formats)}</p>
    ${renderTiles(
      [
        { label: TEXTS.submissions, value: total.submissions },
        { label: TEXTS.accepted, value: acceptedOf(total), help: TEXTS.acceptedHelp },
        { label: TEXTS.rejected, value: total.rejected },
        { label: TEXTS.withdrawn, value: total.withdrawn },
      ],
      formats,
    )}
    <div class="panels">
      ${renderPanel({
        id: 'months',
        title: TEXTS.moderationByMonth,
        csv,
        isWide: true,
        content: isEmpty ? renderEmpty(TEXTS.noSteps) : renderMonths(figures, page),
      })}
      ${renderPanel({
        id: 'providers',
        title: TEXTS.moderationByProvider,
        csv,
        isWide: true,
        content: isEmpty ? renderEmpty(TEXTS.noSteps) : renderProviders(providers, page),
      })}
    </div>`;
  const controls = renderRangePicker(picker, days, today, page);
  return renderLayout({ title: TEXTS.moderationTitle, controls, main }, page);
}

function renderMonths({ providers, days, today }: ModerationFigures, { formats }: PageRequest): Html {
  const countsOf = (month: string): ModerationCounts =>
    providers.flatMap(({ months }) => months.filter((each) => each.month === month)).reduce(addCounts, NO_STEPS);
  const rows = periodsWithin(days, 'month').map((first) => {
    const counts = countsOf(YearMonth.of(first).toString());
    return {
      ...formats.chartLabels(first, 'month', today),
      values: [counts.submissions, acceptedOf(counts), counts.rejected],
    };
  });
  const series = [
    { label: TEXTS.submissions, color: 'views' },
    { label: TEXTS.accepted, color: 'downloads' },
    { label: TEXTS.rejected, color: 'rejections' },
  ] as const;
  return renderChart({ kind: 'line', caption: TEXTS.moderationByMonth, rowLabel: TEXTS.month, series, rows }, formats);
}

function renderProviders(providers: readonly ModerationOfProvider[], { formats }: PageRequest): Html {
  return renderStackingTable({
    caption: TEXTS.moderationByProvider,
    headings: [TEXTS.provider, ...COLUMNS.map(({ label }) => label)],
    rows: providers.map(({ id, total }) => ({
      label: html`<bdi>${id}</bdi>`,
      cells: COLUMNS.map(({ read }) => renderNumber(read(total), formats)),
    })),
  });
}
