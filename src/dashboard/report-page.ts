import { fieldPathsOf, valueAt } from '../fields/field-declaration.js';
import { type Html, html } from '../http/responses/html.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import { toCell } from '../reports/report-table.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import type { Formats } from './formats.js';
import { renderLayout } from './layout.js';
import type { PageRequest } from './page-request.js';
import { renderEmpty, renderPanel } from './panel.js';
import type { RangePickerDto } from './range-picker.dto.js';
import { describeDays, renderRangePicker } from './range-picker.js';
import { PREVIEW_LENGTH, type ReportPreview } from './report-preview-reader.service.js';
import { renderNumberHeading, renderScrollingTable, renderStackingTable, renderTextHeading } from './table.js';
import { TEXTS } from './texts.js';
import { renderNumber } from './tiles.js';

const TIMESTAMP = 'timestamp';

export interface ReportFigures {
  readonly type: ReportTypeDeclaration;
  readonly preview: ReportPreview;
  readonly picker: RangePickerDto;
  readonly days: Required<DateRange>;
  readonly today: CalendarDate;
}

/** The reports of a type in a range, and its fields. */
export function renderReport({ type, preview, picker, days, today }: ReportFigures, page: PageRequest): Html {
  const path = `reports/${type.id}/recent/`;
  // JSON has no byte order mark.
  const link = (format: string): string =>
    page.link(path, { ...preview.parameters, format, bom: format === 'json' ? undefined : 'true' });
  const { length } = preview.reports;
  return renderLayout(
    {
      title: type.id,
      controls: renderRangePicker(picker, days, today, page),
      main: html`<p>${type.description} (${TEXTS.cycles[type.period]}).</p>
        <p class="note period">${describeDays(days, page.formats)}</p>
        <div class="panels">
          ${renderPanel({
            id: 'preview',
            title: TEXTS.preview,
            note: length === PREVIEW_LENGTH ? TEXTS.newestFirst(page.formats.number(length)) : undefined,
            csv: link('csv'),
            isWide: true,
            content: length === 0 ? renderEmpty(TEXTS.noReports) : renderRows(type, preview, page.formats),
          })}
          ${renderPanel({
            id: 'files',
            title: TEXTS.files,
            content: html`<ul class="links">
              ${Object.entries(TEXTS.fileFormats).map(
                ([format, label]) => html`<li><a href="${link(format)}" download>${label}</a></li>`,
              )}
            </ul>`,
          })}
          ${renderPanel({ id: 'fields', title: TEXTS.fields, content: renderFields(type) })}
        </div>`,
    },
    page,
  );
}

function renderRows(type: ReportTypeDeclaration, { reports }: ReportPreview, formats: Formats): Html {
  const columns = toColumns(type);
  const cellOf = (report: ReportPreview['reports'][number], column: string) => toCell(valueAt(report, column));
  const isNumber = (column: string): boolean => reports.some((report) => typeof cellOf(report, column) === 'number');
  return renderScrollingTable({
    caption: TEXTS.preview,
    className: 'preview',
    headings: columns.map((column) => (isNumber(column) ? renderNumberHeading(column) : renderTextHeading(column))),
    rows: reports.map(
      (report) =>
        html`<tr>
          ${columns.map((column) => renderCell(cellOf(report, column), formats))}
        </tr>`,
    ),
  });
}

/** What tells reports apart comes first, and the time of the build last. */
function toColumns({ reportClass, cycleField, uniqueFields }: ReportTypeDeclaration): string[] {
  const paths = fieldPathsOf(reportClass).map(({ path }) => path);
  const ends = [cycleField, ...uniqueFields, TIMESTAMP];
  return [cycleField, ...uniqueFields, ...paths.filter((path) => !ends.includes(path)), TIMESTAMP];
}

function renderCell(value: ReturnType<typeof toCell>, formats: Formats): Html {
  if (typeof value === 'number') return html`<td class="number">${renderNumber(value, formats)}</td>`;
  return html`<td dir="auto">${value === null ? '' : String(value)}</td>`;
}

function renderFields({ reportClass }: ReportTypeDeclaration): Html {
  return renderStackingTable({
    caption: TEXTS.fields,
    hasTexts: true,
    headings: [TEXTS.field, TEXTS.description, TEXTS.unit],
    rows: fieldPathsOf(reportClass).map(({ path, field: { description, unit = '' } }) => ({
      label: html`${path}`,
      cells: [html`${description}`, html`${unit}`],
    })),
  });
}
