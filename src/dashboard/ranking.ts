import { type Html, html } from '../http/responses/html.js';
import { renderHeadings, renderTable } from './table.js';

export interface RankingRow {
  readonly label: Html;
  /** The length of the bar. */
  readonly value: number;
  readonly cells: readonly Html[];
}

export interface Ranking {
  readonly caption: string;
  /** The headings of the label and of the cells. */
  readonly headings: readonly [string, ...string[]];
  readonly rows: readonly RankingRow[];
}

/** A table whose rows have a bar behind their label, as long as their value is large. */
export function renderRanking({ caption, headings, rows }: Ranking): Html {
  const largest = Math.max(1, ...rows.map(({ value }) => value));
  const [, ...others] = headings;
  return renderTable({
    caption,
    className: 'ranking',
    headings: renderHeadings(headings),
    rows: rows.map(
      ({ label, value, cells }) =>
        html`<tr>
          <th scope="row">
            <svg class="bar" aria-hidden="true">
              <rect width="${((100 * value) / largest).toFixed(1)}%" height="100%" rx="3" />
            </svg>
            <span class="label">${label}</span>
          </th>
          ${cells.map((cell, index) => html`<td class="number" data-label="${others[index] ?? ''}">${cell}</td>`)}
        </tr>`,
    ),
  });
}
