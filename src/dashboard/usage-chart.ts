import type { GroupUsage } from '../queries/public-usage.query.js';
import { CalendarDate } from '../time/calendar-date.js';
import type { TimeBucket } from '../time/periods.js';
import type { Chart, ChartSeries } from './chart.js';
import type { Formats } from './formats.js';
import { TEXTS } from './texts.js';

export const VIEWS_AND_DOWNLOADS: readonly ChartSeries[] = [
  { label: TEXTS.views, color: 'views' },
  { label: TEXTS.downloads, color: 'downloads' },
];
const PREVIOUS_SERIES: readonly ChartSeries[] = [
  { label: TEXTS.previousViews, color: 'views', isPale: true },
  { label: TEXTS.previousDownloads, color: 'downloads', isPale: true },
];

type Usage = Pick<GroupUsage, 'periods' | 'previous'>;

/** Views and downloads by day, week or month, beside those of the period before; undefined without usage in either. */
export function toChart(
  usage: Usage | undefined,
  bucket: TimeBucket,
  today: CalendarDate,
  formats: Formats,
): Chart | undefined {
  const { periods = [], previous } = usage ?? {};
  const isUsed = [...periods, ...(previous?.periods ?? [])].some((each) => each.view_count + each.download_count > 0);
  if (!isUsed) return undefined;
  return {
    kind: 'line',
    caption: TEXTS.viewsAndDownloads,
    rowLabel: TEXTS.periods[bucket],
    series: previous ? [...VIEWS_AND_DOWNLOADS, ...PREVIOUS_SERIES] : VIEWS_AND_DOWNLOADS,
    rows: periods.map(({ date, view_count, download_count }, index) => {
      const before = previous?.periods?.[index];
      return {
        ...formats.chartLabels(CalendarDate.parse(date), bucket, today),
        values: [view_count, download_count, ...(previous ? [before?.view_count, before?.download_count] : [])],
      };
    }),
  };
}
