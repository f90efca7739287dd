import { type Html, html } from '../http/responses/html.js';

const WIDTH = 72;
const HEIGHT = 20;
const MARGIN = 2;
const MAX_POINTS = 31;

/** A line without axes, which starts at zero. It decorates figures that are beside it. */
export function renderSparkline(allValues: readonly number[]): Html {
  const values = averageNeighbours(allValues);
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

/** The averages of so many neighbours that few enough points remain. */
function averageNeighbours(values: readonly number[]): number[] {
  const size = Math.ceil(values.length / MAX_POINTS);
  const groups = Array.from({ length: Math.ceil(values.length / size) || 0 }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
  return groups.map((group) => group.reduce((sum, value) => sum + value, 0) / group.length);
}
