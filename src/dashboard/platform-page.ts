import { type Html, html } from '../http/responses/html.js';
import { reportTypeOf } from '../model/report-type.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import type { TimeBucket } from '../time/periods.js';
import { renderChart } from './chart.js';
import { renderLayout } from './layout.js';
import type { PageRequest } from './page-request.js';
import { renderEmpty, renderPanel } from './panel.js';
import type { PlatformFigures } from './platform-reader.service.js';
import type { RangePickerDto } from './range-picker.dto.js';
import { describePeriod, renderIntervals, renderRangePicker } from './range-picker.js';
import { TEXTS } from './texts.js';

export interface PlatformPage {
  readonly figures: readonly PlatformFigures[];
  readonly days: Required<DateRange>;
  readonly bucket: TimeBucket;
  readonly today: CalendarDate;
}

/** The growth of the platform, from the daily reports. */
export function renderPlatform(
  { figures, days, bucket, today }: PlatformPage,
  picker: RangePickerDto,
  page: PageRequest,
): Html {
  return renderLayout(
    {
      title: TEXTS.platform,
      controls: html`${renderIntervals(days, bucket, page)} ${renderRangePicker(picker, days, today, page)}`,
      main: html`<p class="note period">${describePeriod(days, today, page.formats)}</p>
        <div class="panels">${figures.map((each) => renderFigures(each, days, bucket, today, page))}</div>`,
    },
    page,
  );
}

function renderFigures(
  { chart: { id, title, note, reportClass, series }, points }: PlatformFigures,
  days: Required<DateRange>,
  bucket: TimeBucket,
  today: CalendarDate,
  page: PageRequest,
): Html {
  const { formats } = page;
  const [start_date, end_date] = [days.start.toString(), days.end.toString()];
  const rows = points.map(({ date, values }) => ({
    ...formats.chartLabels(date, bucket, today),
    values,
  }));
  return renderPanel({
    id,
    title,
    note,
    csv: page.linkToCsv(`reports/${reportTypeOf(reportClass).id}/recent/`, { start_date, end_date }),
    content:
      rows.length === 0
        ? renderEmpty(TEXTS.noPlatformReports)
        : renderChart({ kind: 'line', caption: title, rowLabel: TEXTS.periods[bucket], series, rows }, formats),
  });
}
