import { type Html, html } from '../http/responses/html.js';
import type { Formats } from './formats.js';
import { renderScrollingTable, renderTextHeading } from './table.js';
import { TEXTS } from './texts.js';
import { renderNumber } from './tiles.js';

export interface ChartSeries {
  readonly label: string;
  /** The colour, as `dashboard.css` declares it. */
  readonly color: 'views' | 'downloads' | 'visits' | 'rejections';
  /** A pale line, for the period before. */
  readonly isPale?: boolean;
}

export interface ChartRow {
  readonly label: string;
  /** The label on the axis, where space is scarce. */
  readonly shortLabel: string;
  /** Whether the period is not over. Its part of the line is dashed. */
  readonly isUnfinished?: boolean;
  /** A value per series; undefined where a series ends before the others. */
  readonly values: readonly (number | undefined)[];
}

export interface Chart {
  readonly kind: 'line' | 'bars';
  /** What the table shows. */
  readonly caption: string;
  /** The heading of the row labels. */
  readonly rowLabel: string;
  readonly series: readonly ChartSeries[];
  readonly rows: readonly ChartRow[];
}

/** Figures as a table, from which `dashboard.js` draws a chart. */
export function renderChart({ kind, caption, rowLabel, series, rows }: Chart, formats: Formats): Html {
  return html`<div class="chart" data-kind="${kind}">
    <ul class="legend">
      ${series.map(({ label, color, isPale }) => html`<li data-color="${color}${isPale ? '-pale' : ''}">${label}</li>`)}
    </ul>
    <details class="figures" open>
      <summary>${TEXTS.figures}</summary>
      ${renderScrollingTable({
        caption,
        headings: [
          renderTextHeading(rowLabel),
          ...series.map(
            ({ label, color, isPale }) =>
              html`<th scope="col" class="number" data-color="${color}${isPale ? '-pale' : ''}">${label}</th>`,
          ),
        ],
        rows: rows.map((row) => renderRow(row, formats)),
      })}
    </details>
  </div>`;
}

function renderRow({ label, shortLabel, isUnfinished = false, values }: ChartRow, formats: Formats): Html {
  return html`<tr>
    <th scope="row" data-short="${shortLabel}" ${isUnfinished ? html` data-unfinished` : ''}>
      ${isUnfinished ? TEXTS.soFar(label) : label}
    </th>
    ${values.map((value) =>
      value === undefined
        ? html`<td class="number"></td>`
        : html`<td class="number">${renderNumber(value, formats)}</td>`,
    )}
  </tr>`;
}
