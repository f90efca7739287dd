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

/** A row of a table that stacks. The last cell spans the columns that are left. */
export interface StackingRow {
  readonly label: Html;
  readonly cells: readonly Html[];
}

interface StackingTable {
  readonly caption: string;
  /** The headings of the row labels and of the cells. */
  readonly headings: readonly string[];
  readonly rows: readonly StackingRow[];
  /** Whether the cells are texts, not numbers. */
  readonly hasTexts?: boolean;
  /** Of a table with texts, the number of its last columns that are numbers. */
  readonly numberColumns?: number;
}

/** A table whose cells are below the label of their row, each with its heading, when the screen is too narrow. */
export function renderStackingTable(table: StackingTable): Html {
  const { caption, headings, rows, hasTexts = false, numberColumns = 0 } = table;
  const [first = '', ...others] = headings;
  const isNumber = (index: number): boolean => !hasTexts || index >= others.length - numberColumns;
  const renderCell = (cell: Html, index: number, cells: readonly Html[]): Html => {
    const span = index === cells.length - 1 ? others.length - index : 1;
    return html`<td class="${isNumber(index) ? 'number' : ''}" colspan="${span}" data-label="${others[index] ?? ''}">
      ${cell}
    </td>`;
  };
  return renderScrollingTable({
    caption,
    className: hasTexts ? 'stacking texts' : 'stacking',
    headings: [
      renderTextHeading(first),
      ...others.map((heading, index) => (isNumber(index) ? renderNumberHeading(heading) : renderTextHeading(heading))),
    ],
    rows: rows.map(
      ({ label, cells }) =>
        html`<tr>
          <th scope="row">${label}</th>
          ${cells.map(renderCell)}
        </tr>`,
    ),
  });
}

/** The heading of a column of texts. */
export function renderTextHeading(heading: string): Html {
  return html`<th scope="col">${heading}</th>`;
}

/** The headings of columns of numbers; the first one is that of the row headings. */
export function renderHeadings([first = '', ...others]: readonly string[]): Html[] {
  return [renderTextHeading(first), ...others.map(renderNumberHeading)];
}

export function renderNumberHeading(heading: string): Html {
  return html`<th scope="col" class="number">${heading}</th>`;
}
