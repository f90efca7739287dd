import { type Html, html } from '../http/responses/html.js';

export interface Table {
  /** What the table shows, for screen readers. */
  readonly caption: string;
  /** Classes of `dashboard.css`. */
  readonly className?: string;
  /** The `th` elements of the columns. */
  readonly headings: readonly Html[];
  /** The `tr` elements. */
  readonly rows: readonly Html[];
}

export function renderTable({ caption, className, headings, rows }: Table): Html {
  const attribute = className === undefined ? '' : html` class="${className}"`;
  return html`<table${attribute}>
    <caption class="visually-hidden">
      ${caption}
    </caption>
    <thead>
      <tr>
        ${headings}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** A table that scrolls within the page when the screen is too narrow. */
export function renderScrollingTable(table: Table): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${table.caption}">${renderTable(table)}</div>`;
}

/** The heading of a column of texts. */
export function renderTextHeading(heading: string): Html {
  return html`<th scope="col">${heading}</th>`;
}

/** The headings of columns of numbers; the first one is that of the row headings. */
export function renderHeadings([first = '', ...others]: readonly string[]): Html[] {
  return [renderTextHeading(first), ...others.map((heading) => html`<th scope="col" class="number">${heading}</th>`)];
}
