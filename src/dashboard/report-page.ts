import { fieldPathsOf, valueAt } from '../fields/field-declaration.js';
import { type Html, html } from '../http/responses/html.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import { toCell } from '../reports/report-table.js';
import type { CalendarDate } from '../time/calendar-date.js';
import type { DateRange } from '../time/date-range.js';
import type { Formats } from './formats.js';
import { renderLayout } from './layout.js';
import type { PageRequest } from './page-request.js';
import { renderPanel } from './panel.js';
import type { RangePickerDto } from './range-picker.dto.js';
import { describeDays, renderRangePicker } from './range-picker.js';
import { PREVIEW_LENGTH, type ReportPreview } from './report-preview-reader.service.js';
import { TEXTS } from './texts.js';

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
  const link = (format: string): string => page.link(`reports/${type.id}/recent/`, { ...preview.parameters, format });
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
            content:
              length === 0 ? html`<p class="empty">${TEXTS.noReports}</p>` : renderRows(type, preview, page.formats),
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
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${TEXTS.preview}">
    <table class="preview">
      <caption class="visually-hidden">
        ${TEXTS.preview}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${reports.map(
          (report) =>
            html`<tr>
              ${columns.map((column) => renderCell(toCell(valueAt(report, column)), formats))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** What tells reports apart comes first, and the time of the build last. */
function toColumns({ reportClass, cycleField, uniqueFields }: ReportTypeDeclaration): string[] {
  const paths = fieldPathsOf(reportClass).map(({ path }) => path);
  const ends = [cycleField, ...uniqueFields, TIMESTAMP];
  return [cycleField, ...uniqueFields, ...paths.filter((path) => !ends.includes(path)), TIMESTAMP];
}

function renderCell(value: ReturnType<typeof toCell>, formats: Formats): Html {
  if (typeof value === 'number')
    return html`<td class="number"><data value="${value}">${formats.number(value)}</data></td>`;
  return html`<td dir="auto">${value === null ? '' : String(value)}</td>`;
}

function renderFields({ reportClass }: ReportTypeDeclaration): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${TEXTS.fields}">
    <table class="texts">
      <caption class="visually-hidden">
        ${TEXTS.fields}
      </caption>
      <thead>
        <tr>
          <th scope="col">${TEXTS.field}</th>
          <th scope="col">${TEXTS.description}</th>
          <th scope="col">${TEXTS.unit}</th>
        </tr>
      </thead>
      <tbody>
        ${fieldPathsOf(reportClass).map(
          ({ path, field: { description, unit = '' } }) =>
            html`<tr>
              <th scope="row">${path}</th>
              <td>${description}</td>
              <td>${unit}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
