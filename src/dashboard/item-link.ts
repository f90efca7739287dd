import { type Html, html } from '../http/responses/html.js';
import type { PageRequest } from './page-request.js';
import { RANGE_PARAMETERS } from './range-picker.dto.js';

/** The title of an item, as a link to its page with the same range. */
export function renderItemLink(guid: string, title: string | null, page: PageRequest): Html {
  const href = page.linkWith(`dashboard/items/${encodeURIComponent(guid)}/`, RANGE_PARAMETERS);
  return html`<a class="clamped" href="${href}" dir="auto">${title ?? guid}</a>`;
}
