import { type Html, html } from '../http/responses/html.js';
import { assetPath } from './assets.js';
import { NAVIGATION, type NavigationEntry } from './navigation.js';
import type { PageRequest } from './page-request.js';
import { RANGE_PARAMETERS } from './range-picker.dto.js';
import { TEXTS } from './texts.js';

export interface PageContent {
  /** The title of the page, as text. */
  readonly title: string;
  /** What is beside the title, such as the range picker. */
  readonly controls?: Html;
  readonly main: Html;
}

/** A whole page: header with navigation, title, content and footer. */
export function renderLayout({ title, controls, main }: PageContent, page: PageRequest): Html {
  return html`<!doctype html>
    <html lang="en" data-locale="${page.formats.locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · ${TEXTS.brand}</title>
        <link rel="icon" href="${page.link(assetPath('icon.svg'))}" type="image/svg+xml" />
        <link rel="stylesheet" href="${page.link(assetPath('uplot.css'))}" />
        <link rel="stylesheet" href="${page.link(assetPath('dashboard.css'))}" />
        <script src="${page.link(assetPath('uplot.js'))}" defer></script>
        <script src="${page.link(assetPath('dashboard.js'))}" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">${TEXTS.skip}</a>
        <header class="site-header">
          <a class="brand" href="${page.link('')}">${TEXTS.brand}</a>
          <nav aria-label="${TEXTS.navigation}">
            ${NAVIGATION.filter((entry) => isShown(entry, page)).map((entry) => renderEntry(entry, page))}
          </nav>
        </header>
        <main id="main" tabindex="-1">
          <div class="page-head">
            <h1 dir="auto">${title}</h1>
            ${controls ?? ''}
          </div>
          ${main}
        </main>
        <footer>
          ${TEXTS.footer}
          ${
            page.keyName === undefined
              ? html`<a class="sign-in" href="${page.linkToSignIn()}">${TEXTS.signInShort}</a>`
              : TEXTS.signedIn(page.keyName)
          }
        </footer>
      </body>
    </html>`;
}

function isShown({ isForAdmins = false, isDocumentation = false }: NavigationEntry, page: PageRequest): boolean {
  return (page.isAdmin || !isForAdmins) && (page.hasDocumentation || !isDocumentation);
}

/** Pages of the dashboard keep the range. */
function renderEntry({ path, label }: NavigationEntry, page: PageRequest): Html {
  const isDashboard = path.startsWith('dashboard/');
  const href = isDashboard ? page.linkWith(path, RANGE_PARAMETERS) : page.link(path);
  const isCurrent = path.replace(/\/$/, '') === page.path.replace(/\/$/, '');
  return isCurrent ? html`<a href="${href}" aria-current="page">${label}</a>` : html`<a href="${href}">${label}</a>`;
}
