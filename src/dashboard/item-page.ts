import type { Configuration } from '../config/configuration.js';
import { linkTo } from '../http/json-api/links.js';
import { API_PREFIX } from '../http/json-api/protocol.js';
import { type Html, html } from '../http/responses/html.js';
import type { ItemUsageCounts } from '../queries/item-usage.query.js';
import { CalendarDate } from '../time/calendar-date.js';
import { renderHours, renderPages, renderReferrers } from './analytics-panels.js';
import { renderBadge } from './badge-panel.js';
import { type Chart, renderChart } from './chart.js';
import { typeName } from './filters.js';
import type { ItemDto } from './item.dto.js';
import { renderItemOrders, renderItemRanking } from './item-ranking.js';
import { type ItemFigures, LIST_LENGTH, PERIOD_OF_BUCKET } from './item-reader.service.js';
import { renderLayout } from './layout.js';
import type { PageRequest, Parameters } from './page-request.js';
import { renderNoUsage, renderPanel } from './panel.js';
import { describePeriod, renderIntervals, renderRangePicker } from './range-picker.js';
import { TEXTS } from './texts.js';
import { renderTiles } from './tiles.js';
import { VIEWS_AND_DOWNLOADS } from './usage-chart.js';

const FILE_LENGTH = '100';

/** The usage of one item and of everything within it. */
export function renderItem(
  figures: ItemFigures,
  query: ItemDto,
  configuration: Configuration,
  page: PageRequest,
): Html {
  const { item, days, today, analytics } = figures;
  const analyticsCsv = (list: string): string =>
    csvOf(`node_analytics/${encodeURIComponent(item.guid)}/week/`, figures, page, { list, 'page[size]': FILE_LENGTH });
  return renderLayout(
    {
      title: item.title ?? item.guid,
      controls: renderRangePicker(query, days, today, page, ['sort']),
      main: html`${renderFacts(figures)} ${renderTotals(figures, page)}
        <p class="note period">${describePeriod(days, today, page.formats)}</p>
        <div class="panels">
          ${renderSeries(figures, page)} ${renderWithin(figures, query, page)}
          <div class="stack">
            ${renderHours(analytics.time_of_day, analyticsCsv('time_of_day'), page)}
            ${renderReferrers(analytics.referer_domain, analyticsCsv('referer_domain'), page)}
            ${item.public ? renderBadge(item.guid, linkTo(configuration, `/${API_PREFIX}`), page) : ''}
          </div>
          ${renderPages(analytics.popular_pages, analyticsCsv('popular_pages'), page)}
        </div>`,
    },
    page,
  );
}

/** What the item is, and where. */
function renderFacts({ item }: ItemFigures): Html {
  const facts = [typeName(item.item_type ?? ''), item.provider_id ?? '', item.public ? '' : TEXTS.private];
  const isLink = /^https?:\/\//.test(item.iri);
  return html`<p class="note">
    ${facts.filter(Boolean).join(' · ')} · ${isLink ? html`<a href="${item.iri}">${item.iri}</a>` : item.iri}
  </p>`;
}

function renderTotals({ total, thisMonth }: ItemFigures, { formats }: PageRequest): Html {
  const tiles = (counts: ItemUsageCounts): Html =>
    renderTiles(
      [
        { label: TEXTS.views, value: counts.view_count },
        { label: TEXTS.downloads, value: counts.within_download_count },
        { label: TEXTS.viewSessions, value: counts.view_session_count },
      ],
      formats,
    );
  return html`<p class="note">${TEXTS.withinHelp}. ${TEXTS.itemVisitsHelp}.</p>
    <div class="tile-groups">
      <section aria-labelledby="total">
        <h2 id="total">${TEXTS.ranges.all}</h2>
        ${tiles(total)}
      </section>
      <section aria-labelledby="month">
        <h2 id="month">${TEXTS.ranges.this_month}</h2>
        ${tiles(thisMonth)}
      </section>
    </div>`;
}

function renderSeries(figures: ItemFigures, page: PageRequest): Html {
  const { item, days, today, bucket, periods } = figures;
  const { formats } = page;
  const chart: Chart = {
    kind: 'line',
    caption: TEXTS.viewsAndDownloads,
    rowLabel: TEXTS.periods[bucket],
    series: VIEWS_AND_DOWNLOADS,
    rows: periods.map(({ date, view_count, within_download_count }) => ({
      ...formats.chartLabels(CalendarDate.parse(date), bucket, today),
      values: [view_count, within_download_count],
    })),
  };
  const isUsed = chart.rows.some(({ values }) => values.some((value) => value !== 0));
  return renderPanel({
    id: 'series',
    title: TEXTS.viewsAndDownloads,
    note: TEXTS.withinHelp,
    csv: csvOf(`item_usage/${encodeURIComponent(item.guid)}/`, figures, page, { period: PERIOD_OF_BUCKET[bucket] }),
    controls: renderIntervals(days, bucket, page),
    isWide: true,
    content: isUsed ? renderChart(chart, formats) : renderNoUsage(),
  });
}

/** The items within the item; nothing for one that has none. */
function renderWithin(figures: ItemFigures, { sort }: ItemDto, page: PageRequest): Html {
  const { item, within } = figures;
  if (within.items.length === 0) return html``;
  const items = within.items.slice(0, LIST_LENGTH).map(({ guid, usage }) => ({ guid, ...usage }));
  const path = `item_usage/${encodeURIComponent(item.guid)}/within/`;
  return renderPanel({
    id: 'within',
    title: TEXTS.within,
    csv: csvOf(path, figures, page, { sort, 'page[size]': FILE_LENGTH }),
    controls: renderItemOrders(sort, page),
    isWide: true,
    content: renderItemRanking(TEXTS.within, items, sort, page),
  });
}

/** The link to a query about the days of the page, as CSV. */
function csvOf(path: string, { days }: ItemFigures, page: PageRequest, parameters: Parameters): string {
  const range = { start_date: days.start.toString(), end_date: days.end.toString() };
  return page.linkToCsv(`query/${path}`, { ...range, ...parameters });
}
