import { type Html, html } from '../http/responses/html.js';
import type { PublicUsageCounts } from '../queries/public-usage.js';
import { NO_USAGE } from '../storage/usage-sum-query.js';
import { YearMonth } from '../time/year-month.js';
import { renderChart } from './chart.js';
import type { Formats } from './formats.js';
import { renderLayout } from './layout.js';
import { renderMonthOptions } from './month-options.js';
import type { MonthsFigures, MonthUsage } from './months-reader.service.js';
import type { PageRequest } from './page-request.js';
import { renderNoUsage, renderPanel } from './panel.js';
import { renderStackingTable } from './table.js';
import { TEXTS } from './texts.js';
import { renderChange, renderNumber } from './tiles.js';
import { toChart } from './usage-chart.js';

const METRICS: readonly { readonly name: keyof PublicUsageCounts; readonly label: string }[] = [
  { name: 'view_count', label: TEXTS.views },
  { name: 'view_session_count', label: TEXTS.viewSessions },
  { name: 'download_count', label: TEXTS.downloads },
  { name: 'download_session_count', label: TEXTS.downloadSessions },
  { name: 'item_count', label: TEXTS.itemsUsed },
];

/** The usage of the platform by month, and two months side by side. */
export function renderMonths(figures: MonthsFigures, page: PageRequest): Html {
  const { months, parameters } = figures;
  const { formats } = page;
  const periods = months.map(({ month, counts }) => ({ date: month.firstDay().toString(), ...counts }));
  const chart = toChart({ periods: periods.reverse() }, 'month', figures.today, formats);
  const csv = page.linkToCsv('query/usage/', parameters);
  return renderLayout(
    {
      title: TEXTS.months,
      controls: renderMonthForm(figures, formats),
      main: html`<div class="panels">
        ${renderPair(figures, page)}
        ${renderPanel({
          id: 'series',
          title: TEXTS.viewsAndDownloads,
          csv,
          isWide: true,
          content: chart ? renderChart(chart, formats) : renderNoUsage(),
        })}
        ${renderPanel({
          id: 'months',
          title: TEXTS.metricsByMonth,
          csv,
          isWide: true,
          content: renderStackingTable({
            caption: TEXTS.metricsByMonth,
            headings: [TEXTS.month, ...METRICS.map(({ label }) => label)],
            rows: months.map((each) => ({
              label: html`${nameOf(each.month, figures, formats)}`,
              cells: METRICS.map(({ name }) => renderNumber(each.counts[name], formats)),
            })),
          }),
        })}
      </div>`,
    },
    page,
  );
}

function renderPair(figures: MonthsFigures, page: PageRequest): Html {
  const { formats } = page;
  const { month, other } = figures.pair;
  const [of, before] = [countsOf(figures.months, month), countsOf(figures.months, other)];
  const names = [nameOf(month, figures, formats), nameOf(other, figures, formats)] as const;
  const [first, last] = month.compare(other) < 0 ? [month, other] : [other, month];
  return renderPanel({
    id: 'pair',
    title: TEXTS.monthsChosen(...names),
    csv: page.linkToCsv('query/usage/', {
      interval: 'month',
      start_date: first.firstDay().toString(),
      end_date: last.plusMonths(1).firstDay().toString(),
    }),
    isWide: true,
    content: renderStackingTable({
      caption: TEXTS.monthsChosen(...names),
      headings: [TEXTS.metric, ...names, TEXTS.difference],
      rows: METRICS.map(({ name, label }) => ({
        label: html`${label}`,
        cells: [
          renderNumber(of[name], formats),
          renderNumber(before[name], formats),
          renderChange(of[name], before[name], formats),
        ],
      })),
    }),
  });
}

function renderMonthForm({ months, pair }: MonthsFigures, formats: Formats): Html {
  const listed = months.map(({ month }) => month);
  return html`<form method="get" class="inline-form">
    <label
      >${TEXTS.firstMonth}
      <select name="month">
        ${renderMonthOptions(listed, pair.month, formats)}
      </select></label
    >
    <label
      >${TEXTS.secondMonth}
      <select name="other">
        ${renderMonthOptions(listed, pair.other, formats)}
      </select></label
    >
    <button>${TEXTS.show}</button>
  </form>`;
}

function countsOf(months: readonly MonthUsage[], month: YearMonth): PublicUsageCounts {
  return months.find((each) => each.month.equals(month))?.counts ?? NO_USAGE;
}

/** `November 2026 (so far)` for the current month. */
function nameOf(month: YearMonth, { today }: MonthsFigures, formats: Formats): string {
  const name = formats.period(month.firstDay(), 'month');
  return month.equals(YearMonth.of(today)) ? TEXTS.soFar(name) : name;
}
