import { type Html, html } from '../http/responses/html.js';
import { TEXTS } from './texts.js';

export interface Panel {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** What is said below the title. */
  readonly note?: string;
  /** The link to the figures as CSV. */
  readonly csv?: string;
  /** The text of that link, if the file has only some of the figures. */
  readonly csvText?: string;
  /** What is beside the title, such as a choice of intervals. */
  readonly controls?: Html;
  readonly isWide?: boolean;
  readonly content: Html;
}

/** A section of a page, with a link to its figures as CSV. */
export function renderPanel({ id, title, note, csv, csvText, controls, isWide = false, content }: Panel): Html {
  return html`<section class="panel${isWide ? ' wide' : ''}" aria-labelledby="${id}">
    <div class="panel-head">
      <h2 id="${id}">${title}</h2>
      ${controls ?? ''}
      ${csv === undefined ? '' : html`<a href="${csv}" aria-label="${TEXTS.csvOf(title)}">${csvText ?? TEXTS.csv}</a>`}
    </div>
    ${note === undefined ? '' : html`<p class="note">${note}</p>`} ${content}
  </section>`;
}

/** What a panel shows when it has no figures. */
export function renderEmpty(reason: string): Html {
  return html`<p class="empty">${reason}</p>`;
}

export function renderNoUsage(): Html {
  return renderEmpty(TEXTS.noUsage);
}
