import { type Html, html } from '../http/responses/html.js';
import type { GroupUsage } from '../queries/public-usage.query.js';
import { renderHours, renderReferrers } from './analytics-panels.js';
import { renderChart } from './chart.js';
import { renderFilters, typeName } from './filters.js';
import type { Formats } from './formats.js';
import { renderItemLink } from './item-link.js';
import { renderLayout } from './layout.js';
import { FILTER_PARAMETERS, type OverviewDto } from './overview.dto.js';
import type { Overview, OverviewAnalytics, OverviewPart } from './overview-reader.service.js';
import type { PageRequest } from './page-request.js';
import { renderNoUsage, renderPanel } from './panel.js';
import { RANGE_PARAMETERS } from './range-picker.dto.js';
import { describeDays, describePeriod, renderIntervals, renderRangePicker } from './range-picker.js';
import { renderRanking } from './ranking.js';
import { renderSparkline } from './sparkline.js';
import { TEXTS } from './texts.js';
import { renderChange, renderNumber, renderTiles, type Tile } from './tiles.js';
import { toChart } from './usage-chart.js';

/** The number of groups in a file; the page shows fewer. */
const FILE_LENGTH = 100;

/** A panel of groups, largest first. */
interface GroupsPanel {
  readonly id: string;
  readonly title: string;
  readonly heading: string;
  readonly part: OverviewPart;
  readonly renderLabel: (group: GroupUsage) => Html;
  readonly hasTrend?: boolean;
  /** The link to all groups. */
  readonly linkToAll?: string;
}

/** The usage of the whole platform, or of the providers and types that are chosen. */
export function renderOverview(overview: Overview, platform: string, picker: OverviewDto, page: PageRequest): Html {
  const { days, previousDays, today, items, providers, itemTypes } = overview;
  const comparison = describeComparison(overview, page.formats);
  const groups: GroupsPanel[] = [
    {
      id: 'items',
      title: TEXTS.topItems,
      heading: TEXTS.item,
      part: items,
      renderLabel: ({ id, title }) => renderItemLink(id, title, page),
      hasTrend: true,
      linkToAll: page.linkWith('dashboard/items/', [...RANGE_PARAMETERS, ...FILTER_PARAMETERS]),
    },
    {
      id: 'providers',
      title: TEXTS.byProvider,
      heading: TEXTS.provider,
      part: providers,
      renderLabel: ({ id }) => html`<a href="${page.linkToSelf({ provider: id })}">${id}</a>`,
    },
    {
      id: 'types',
      title: TEXTS.byItemType,
      heading: TEXTS.itemType,
      part: itemTypes,
      renderLabel: ({ id }) =>
        id === '' ? html`${typeName(id)}` : html`<a href="${page.linkToSelf({ item_type: id })}">${typeName(id)}</a>`,
    },
  ];
  return renderLayout(
    {
      title: TEXTS.usageOf(platform),
      controls: html`${renderFilters(picker, page)} ${renderRangePicker(picker, days, today, page, FILTER_PARAMETERS)}`,
      main: html`<p class="note period">
          ${describePeriod(days, today, page.formats)}${comparison}. ${TEXTS.itemsAloneHelp}.
        </p>
        ${renderTiles(toTiles(overview), page.formats)}
        <div class="panels">
          ${renderSeries(overview, page)}
          ${groups.map((group) => renderGroups(group, previousDays !== undefined, page))}
          ${renderAnalytics(overview.analytics, page)}
        </div>`,
    },
    page,
  );
}

/** With what the figures are compared, or why they are not. */
function describeComparison({ previousDays, firstComparableMonth }: Overview, formats: Formats): string {
  if (previousDays) return `, ${TEXTS.comparedWith(describeDays(previousDays, formats))}`;
  return firstComparableMonth ? `, ${TEXTS.notCompared(formats.period(firstComparableMonth.firstDay(), 'month'))}` : '';
}

function toTiles({ series, items, previousItemCount }: Overview): Tile[] {
  const [usage] = series.usage.groups;
  const tile = (label: string, name: 'view_count' | 'download_count' | 'view_session_count'): Tile => ({
    label,
    value: usage?.total[name] ?? 0,
    previous: usage?.previous?.total[name],
  });
  return [
    tile(TEXTS.views, 'view_count'),
    tile(TEXTS.downloads, 'download_count'),
    { ...tile(TEXTS.viewSessions, 'view_session_count'), help: TEXTS.visitsHelp },
    { label: TEXTS.itemsUsed, value: items.usage.total, previous: previousItemCount },
  ];
}

function renderSeries({ days, today, bucket, series }: Overview, page: PageRequest): Html {
  const chart = toChart(series.usage.groups[0], bucket, today, page.formats);
  return renderPanel({
    id: 'series',
    title: TEXTS.viewsAndDownloads,
    csv: linkToCsv(series, page),
    controls: renderIntervals(days, bucket, page),
    isWide: true,
    content: chart ? renderChart(chart, page.formats) : renderNoUsage(),
  });
}

function renderGroups(panel: GroupsPanel, hasChange: boolean, page: PageRequest): Html {
  const { id, title, heading, part, renderLabel, hasTrend = false, linkToAll } = panel;
  const { groups, total } = part.usage;
  const { formats } = page;
  const rows = groups.map((group) => {
    const { view_count, download_count } = group.total;
    return {
      label: renderLabel(group),
      value: view_count,
      cells: [
        renderNumber(view_count, formats),
        renderNumber(download_count, formats),
        ...(hasChange ? [renderChange(view_count, group.previous?.total.view_count ?? 0, formats)] : []),
        ...(hasTrend ? [renderSparkline((group.periods ?? []).map((period) => period.view_count))] : []),
      ],
    };
  });
  const headings = [
    TEXTS.views,
    TEXTS.downloads,
    ...(hasChange ? [TEXTS.change] : []),
    ...(hasTrend ? [TEXTS.trend] : []),
  ];
  return renderPanel({
    id,
    title,
    note: total > groups.length ? TEXTS.shown(formats.number(groups.length), formats.number(total)) : undefined,
    csv: linkToCsv(part, page, { 'page[size]': String(FILE_LENGTH), interval: undefined }),
    csvText: total > FILE_LENGTH ? TEXTS.csvFirst(formats.number(FILE_LENGTH)) : undefined,
    controls: linkToAll === undefined ? undefined : html`<a href="${linkToAll}">${TEXTS.allItems}</a>`,
    isWide: hasTrend,
    content:
      rows.length === 0 ? renderNoUsage() : renderRanking({ caption: title, headings: [heading, ...headings], rows }),
  });
}

function renderAnalytics({ figures, parameters }: OverviewAnalytics, page: PageRequest): Html {
  const csv = (list: string): string =>
    page.linkToCsv('query/platform_analytics/week/', { ...parameters, list, 'page[size]': String(FILE_LENGTH) });
  return html`${renderReferrers(figures.referer_domain, csv('referer_domain'), page)}
  ${renderHours(figures.time_of_day, csv('time_of_day'), page)}`;
}

function linkToCsv({ parameters }: OverviewPart, page: PageRequest, changes = {}): string {
  return page.linkToCsv('query/usage/', { ...parameters, ...changes });
}
