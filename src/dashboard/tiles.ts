import { type Html, html } from '../http/responses/html.js';
import type { Formats } from './formats.js';
import { TEXTS } from './texts.js';

/** A larger change says nothing more. */
const MAX_SHARE = 9.99;

export interface Tile {
  readonly label: string;
  readonly value: number;
  /** The value of the period before; undefined without one. */
  readonly previous?: number;
  readonly help?: string;
  /** How the value is written, if it has a unit. */
  readonly write?: (value: number, formats: Formats) => string;
}

/** The main figures of a page, each with the change from the period before. */
export function renderTiles(tiles: readonly Tile[], formats: Formats): Html {
  return html`<dl class="tiles">
    ${tiles.map(
      ({ label, value, previous, help, write }) =>
        html`<div class="tile">
          <dt>${label}</dt>
          <dd class="value">${renderNumber(value, formats, write)}</dd>
          ${previous === undefined ? '' : html`<dd>${renderChange(value, previous, formats)}</dd>`}
          ${help === undefined ? '' : html`<dd class="note">${help}</dd>`}
        </div>`,
    )}
  </dl>`;
}

/** A number that `dashboard.js` can read. */
export function renderNumber(value: number, formats: Formats, write?: Tile['write']): Html {
  return html`<data value="${value}">${write?.(value, formats) ?? formats.number(value)}</data>`;
}

/** `▲ 12%`, as `up 12%` for screen readers. */
export function renderChange(value: number, previous: number, formats: Formats): Html {
  if (previous === 0) return html`<span class="change">${value === 0 ? TEXTS.unchanged : TEXTS.noneBefore}</span>`;
  const share = (value - previous) / previous;
  const percent = share > MAX_SHARE ? `>${formats.percent(MAX_SHARE)}` : formats.percent(Math.abs(share));
  if (percent === formats.percent(0)) return html`<span class="change">${TEXTS.unchanged}</span>`;
  const [name, arrow, text] = share > 0 ? (['up', '▲', TEXTS.up] as const) : (['down', '▼', TEXTS.down] as const);
  return html`<span class="change ${name}"
    ><span aria-hidden="true">${arrow} ${percent}</span><span class="visually-hidden">${text(percent)}</span></span
  >`;
}
