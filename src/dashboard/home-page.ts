import { type Html, html } from '../http/responses/html.js';
import { renderLayout } from './layout.js';
import type { PageRequest } from './page-request.js';
import { TEXTS } from './texts.js';

const LINKS = [
  { path: 'dashboard/', title: TEXTS.dashboard, text: TEXTS.homeDashboard },
  { path: 'counter/', title: TEXTS.counter, text: TEXTS.homeCounter },
];
const DOCUMENTATION = { path: 'docs/', title: TEXTS.documentation, text: TEXTS.homeDocumentation };

/** Links to what the service has for people. */
export function renderHome(page: PageRequest): Html {
  const links = page.hasDocumentation ? [...LINKS, DOCUMENTATION] : LINKS;
  const main = html`<p>${TEXTS.homeIntroduction}</p>
    <div class="panels cards">
      ${links.map(
        ({ path, title, text }) =>
          html`<section class="panel">
            <h2><a href="${page.link(path)}">${title}</a></h2>
            <p>${text}</p>
          </section>`,
      )}
    </div>`;
  return renderLayout({ title: TEXTS.homeTitle, main }, page);
}
