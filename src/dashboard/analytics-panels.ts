import { type Html, html } from '../http/responses/html.js';
import { type HourCount, HOURS_PER_DAY, type PageCount, type RefererCount } from '../queries/node-analytics.js';
import { renderChart } from './chart.js';
import type { PageRequest } from './page-request.js';
import { renderNoUsage, renderPanel } from './panel.js';
import { type RankingRow, renderRanking } from './ranking.js';
import { TEXTS } from './texts.js';
import { renderNumber } from './tiles.js';

/** Visits by hour of the day. */
export function renderHours(counts: readonly HourCount[], csv: string, page: PageRequest): Html {
  const { formats } = page;
  const countOfHour = new Map(counts.map(({ hour, count }) => [hour, count]));
  const rows = Array.from({ length: HOURS_PER_DAY }, (_, hour) => ({
    label: formats.hour(hour),
    shortLabel: formats.hour(hour),
    values: [countOfHour.get(hour) ?? 0],
  }));
  const chart = {
    kind: 'bars',
    caption: TEXTS.visitsByHour,
    rowLabel: TEXTS.hour,
    series: [{ label: TEXTS.pageVisits, color: 'visits' }],
    rows,
  } as const;
  return renderPanel({
    id: 'hours',
    title: TEXTS.visitsByHour,
    note: TEXTS.hoursHelp,
    csv,
    content: counts.length === 0 ? renderNoUsage() : renderChart(chart, formats),
  });
}

/** The sites from which visitors came. */
export function renderReferrers(counts: readonly RefererCount[], csv: string, page: PageRequest): Html {
  const rows = sortByCount(counts).map(({ referer_domain, count }) => ({
    label: html`<bdi>${referer_domain}</bdi>`,
    value: count,
    cells: [renderNumber(count, page.formats)],
  }));
  return renderVisits(
    { id: 'referrers', title: TEXTS.referrers, heading: TEXTS.site, help: TEXTS.referrersHelp },
    rows,
    csv,
  );
}

/** The pages that visitors saw. */
export function renderPages(counts: readonly PageCount[], csv: string, page: PageRequest): Html {
  const rows = sortByCount(counts).map(({ title, path, count }) => ({
    label: html`<bdi class="clamped">${title}</bdi>${title === path ? '' : html`<bdi class="note">${path}</bdi>`}`,
    value: count,
    cells: [renderNumber(count, page.formats)],
  }));
  return renderVisits({ id: 'pages', title: TEXTS.popularPages, heading: TEXTS.page }, rows, csv);
}

/** The lists are the longest by views; the page shows visits. */
function sortByCount<T extends { readonly count: number }>(counts: readonly T[]): readonly T[] {
  return counts.toSorted((a, b) => b.count - a.count);
}

interface VisitsPanel {
  readonly id: string;
  readonly title: string;
  readonly heading: string;
  readonly help?: string;
}

function renderVisits({ id, title, heading, help }: VisitsPanel, rows: readonly RankingRow[], csv: string): Html {
  const content =
    rows.length === 0
      ? renderNoUsage()
      : renderRanking({ caption: title, headings: [heading, TEXTS.pageVisits], rows });
  return renderPanel({ id, title, note: help, csv, content });
}
