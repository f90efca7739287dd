import { type Html, html } from '../http/responses/html.js';
import { renderFilters } from './filters.js';
import { renderItemOrders, renderItemRanking } from './item-ranking.js';
import type { ItemsDto } from './items.dto.js';
import type { ItemsFigures } from './items-reader.service.js';
import { renderLayout } from './layout.js';
import { FILTER_PARAMETERS } from './overview.dto.js';
import { renderPageLinks } from './page-links.js';
import type { PageRequest } from './page-request.js';
import { renderNoUsage, renderPanel } from './panel.js';
import { RANGE_PARAMETERS } from './range-picker.dto.js';
import { describePeriod, renderHiddenFields, renderRangePicker } from './range-picker.js';
import { TEXTS } from './texts.js';

/** The items that were used, page by page, and a form that opens the page of an item. */
export function renderItems(figures: ItemsFigures, query: ItemsDto, page: PageRequest): Html {
  const { days, today, usage, parameters } = figures;
  const { formats } = page;
  const items = usage.groups.map(({ id, title, total }) => ({ guid: id, title, ...total }));
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
            controls: renderItemOrders(query.sort, page),
            isWide: true,
            content: html`${
              items.length === 0 ? renderNoUsage() : renderItemRanking(TEXTS.itemsUsed, items, query.sort, page)
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
