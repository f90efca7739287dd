import { type Html, html } from '../http/responses/html.js';
import type { PageRequest } from './page-request.js';
import { renderPanel } from './panel.js';
import { TEXTS } from './texts.js';

/** A badge of an item, and the code that embeds it in other pages. @param url the address of the service's API */
export function renderBadge(guid: string, url: string, page: PageRequest): Html {
  const path = `badge/${encodeURIComponent(guid)}.svg`;
  const target = `${url}/dashboard/items/${encodeURIComponent(guid)}/`;
  const image = `${url}/${path}`;
  const codes = [
    { label: 'HTML', code: html`<a href="${target}"><img src="${image}" alt="${TEXTS.badgeAlt}" /></a>`.text },
    { label: 'Markdown', code: `[![${TEXTS.badgeAlt}](${image})](${target})` },
  ];
  return renderPanel({
    id: 'badge',
    title: TEXTS.badge,
    note: TEXTS.badgeHelp,
    content: html`<p><img src="${page.link(path)}" alt="${TEXTS.badgeAlt}" height="20" /></p>
      ${codes.map(
        ({ label, code }) =>
          html`<div class="badge-code">
            <label
              >${label}
              <input
                class="code"
                type="text"
                readonly
                value="${code}"
                data-copy="${TEXTS.copy(label)}"
                data-copied="${TEXTS.copied}"
            /></label>
          </div>`,
      )}
      ${url.startsWith('/') ? html`<noscript><p class="note">${TEXTS.badgeWithoutScript}</p></noscript>` : ''}`,
  });
}
