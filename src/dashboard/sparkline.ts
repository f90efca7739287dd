import { type Html, html } from '../http/responses/html.js';

const WIDTH = 72;
const HEIGHT = 20;
const MARGIN = 2;

/** A line without axes, which starts at zero. It decorates figures that are beside it. */
export function renderSparkline(values: readonly number[]): Html {
  const largest = Math.max(1, ...values);
  const step = (WIDTH - 2 * MARGIN) / Math.max(1, values.length - 1);
  const points = values.map((value, index) => {
    const y = HEIGHT - MARGIN - (value / largest) * (HEIGHT - 2 * MARGIN);
    return `${(MARGIN + index * step).toFixed(1)},${y.toFixed(1)}`;
  });
  return html`<svg
    class="sparkline"
    width="${WIDTH}"
    height="${HEIGHT}"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    aria-hidden="true"
  >
    <polyline points="${points.join(' ')}" />
  </svg>`;
}
