import type { Html } from '../http/responses/html.js';
import { ITEM_ORDERS, type ItemOrder } from '../queries/items-within.query.js';
import { renderItemLink } from './item-link.js';
import type { PageRequest } from './page-request.js';
import { renderChoices } from './range-picker.js';
import { renderRanking } from './ranking.js';
import { TEXTS } from './texts.js';
import { renderNumber } from './tiles.js';

export interface ItemRow {
  readonly guid: string;
  readonly title: string | null;
  readonly view_count: number;
  readonly download_count: number;
}

/** Items with their views and downloads, and bars by the measure of the order. */
export function renderItemRanking(
  caption: string,
  items: readonly ItemRow[],
  order: ItemOrder,
  page: PageRequest,
): Html {
  const rows = items.map(({ guid, title, view_count, download_count }) => ({
    label: renderItemLink(guid, title, page),
    value: order === '-view_count' ? view_count : download_count,
    cells: [renderNumber(view_count, page.formats), renderNumber(download_count, page.formats)],
  }));
  return renderRanking({ caption, headings: [TEXTS.item, TEXTS.views, TEXTS.downloads], rows });
}

/** Links to the same list in another order, from its first page on. */
export function renderItemOrders(current: ItemOrder, page: PageRequest): Html {
  const choices = ITEM_ORDERS.map((order) => ({
    href: page.linkToSelf({ sort: order, page: undefined }),
    label: order === '-view_count' ? TEXTS.views : TEXTS.downloads,
    isCurrent: order === current,
  }));
  return renderChoices(TEXTS.order, choices);
}
