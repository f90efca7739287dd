import { type Html, html } from '../http/responses/html.js';
import { ITEM_ORDERS } from '../queries/items-within.query.js';
import { renderFilters } from './filters.js';
import { renderItemLink } from './item-link.js';
import type { ItemsDto } from './items.dto.js';
import type { ItemsFigures } from './items-reader.service.js';
import { renderLayout } from './layout.js';
import { FILTER_PARAMETERS } from './overview.dto.js';
import { renderPageLinks } from './page-links.js';
import type { PageRequest } from './page-request.js';
import { renderNoUsage, renderPanel } from './panel.js';
import { RANGE_PARAMETERS } from './range-picker.dto.js';
import { describePeriod, renderChoices, renderHiddenFields, renderRangePicker } from './range-picker.js';
import { renderRanking } from './ranking.js';
import { TEXTS } from './texts.js';
import { renderNumber } from './tiles.js';

/** The items that were used, page by page, and a form that opens the page of an item. */
export function renderItems(figures: ItemsFigures, query: ItemsDto, page: PageRequest): Html {
  const { days, today, usage, parameters } = figures;
  const { formats } = page;
  const measure = query.sort === '-view_count' ? 'view_count' : 'download_count';
  const rows = usage.groups.map(({ id, title, total }) => ({
    label: renderItemLink(id, title, page),
    value: total[measure],
    cells: [renderNumber(total.view_count, formats), renderNumber(total.download_count, formats)],
  }));
  const headings = [TEXTS.item, TEXTS.views, TEXTS.downloads] as const;
  const kept = [...FILTER_PARAMETERS, 'sort'];
  return renderLayout(
    {
      title: TEXTS.items,
      controls: html`${renderFilters(query, page)} ${renderRangePicker(query, days, today, page, kept)}`,
      main: html`<p class="note period">${describePeriod(days, today, formats)}. ${TEXTS.itemsAloneHelp}.</p>
        ${renderGuidForm(page)}
        <div class="panels">
          ${renderPanel({
            id: 'items',
            title: TEXTS.itemsUsed,
            note: TEXTS.itemsShown(formats.number(usage.total), query.page, figures.pageCount),
            csv: page.linkToCsv('query/usage/', parameters),
            controls: renderOrders(query, page),
            isWide: true,
            content: html`${
              rows.length === 0 ? renderNoUsage() : renderRanking({ caption: TEXTS.itemsUsed, headings, rows })
            }
            ${renderPageLinks(query.page, figures.pageCount, page)}`,
          })}
        </div>`,
    },
    page,
  );
}

function renderGuidForm(page: PageRequest): Html {
  return html`<form method="get" class="inline-form">
    <label>${TEXTS.guidOrAddress} <input name="guid" required autocomplete="off" /></label>
    ${renderHiddenFields(RANGE_PARAMETERS, page)}
    <button>${TEXTS.openItem}</button>
  </form>`;
}

function renderOrders({ sort }: ItemsDto, page: PageRequest): Html {
  const choices = ITEM_ORDERS.map((order) => ({
    href: page.linkToSelf({ sort: order, page: undefined }),
    label: order === '-view_count' ? TEXTS.views : TEXTS.downloads,
    isCurrent: order === sort,
  }));
  return renderChoices(TEXTS.order, choices);
}
