import { type Html, html } from '../http/responses/html.js';
import type { MonthlyInstitutionSummaryReport } from '../reports/monthly/institution-summary.js';
import { INSTITUTION_COLUMNS } from './institution-columns.js';
import { renderLayout } from './layout.js';
import type { PageRequest } from './page-request.js';
import { renderEmpty, renderPanel } from './panel.js';
import { renderStackingTable, type StackingRow } from './table.js';
import { TEXTS } from './texts.js';

/** All institutions, each with a link to its page. */
export function renderInstitutions(summaries: readonly MonthlyInstitutionSummaryReport[], page: PageRequest): Html {
  const [first] = summaries;
  const month = first?.cycle;
  const content = first
    ? renderStackingTable({
        caption: TEXTS.institutions,
        headings: [TEXTS.institution, ...INSTITUTION_COLUMNS.map(({ label }) => label)],
        rows: summaries.map((summary) => renderRow(summary, page)),
      })
    : renderEmpty(TEXTS.noInstitutions);
  const csv =
    month &&
    page.linkToCsv('reports/institution_summary_monthly/recent/', {
      start_date: month.firstDay().toString(),
      end_date: month.plusMonths(1).firstDay().toString(),
    });
  const title = month ? page.formats.period(month.firstDay(), 'month') : TEXTS.institutions;
  const main = html`<div class="panels">
    ${renderPanel({ id: 'institutions', title, csv, isWide: true, content })}
  </div>`;
  return renderLayout({ title: TEXTS.institutions, main }, page);
}

function renderRow(summary: MonthlyInstitutionSummaryReport, page: PageRequest): StackingRow {
  const id = summary.institution_id;
  const href = page.link(`dashboard/institutions/${encodeURIComponent(id)}/`);
  return {
    label: html`<a href="${href}" dir="auto">${id}</a>`,
    cells: INSTITUTION_COLUMNS.map(({ render }) => render(summary, page.formats)),
  };
}
