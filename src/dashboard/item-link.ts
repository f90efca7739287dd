import { type Html, html } from '../http/responses/html.js';
import type { PageRequest } from './page-request.js';
import { RANGE_PARAMETERS } from './range-picker.dto.js';

/** The link to the page of an item with the same range. */
export function linkToItem(guid: string, page: PageRequest): string {
  return page.linkWith(`dashboard/items/${encodeURIComponent(guid)}/`, RANGE_PARAMETERS);
}

/** The title of an item, as a link to its page. */
export function renderItemLink(guid: string, title: string | null, page: PageRequest): Html {
  return html`<a class="clamped" href="${linkToItem(guid, page)}" dir="auto">${title ?? guid}</a>`;
}
