import { type Html, html } from '../http/responses/html.js';
import type { PageRequest } from './page-request.js';
import { TEXTS } from './texts.js';

/** Links to the previous and the next page of a list; nothing if there is one page. */
export function renderPageLinks(number: number, pageCount: number, page: PageRequest): Html {
  const links = [
    { target: number - 1, rel: 'prev', text: TEXTS.previousPage },
    { target: number + 1, rel: 'next', text: TEXTS.nextPage },
  ].filter(({ target }) => target >= 1 && target <= pageCount);
  if (links.length === 0) return html``;
  return html`<nav class="pages" aria-label="${TEXTS.pagesOfList}">
    ${links.map(({ target, rel, text }) => {
      const href = page.linkToSelf({ page: target === 1 ? undefined : String(target) });
      return html`<a href="${href}" rel="${rel}">${text}</a>`;
    })}
  </nav>`;
}
