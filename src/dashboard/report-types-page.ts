import { type Html, html } from '../http/responses/html.js';
import type { ReportTypeResource } from '../reports/report-type-list.service.js';
import { renderLayout } from './layout.js';
import type { PageRequest } from './page-request.js';
import { renderPanel } from './panel.js';
import { renderStackingTable } from './table.js';
import { TEXTS } from './texts.js';

/** The types of reports, each with a link to its page. */
export function renderReportTypes(types: readonly ReportTypeResource[], page: PageRequest): Html {
  const main = html`<p class="note period">${TEXTS.reportsIntroduction}</p>
    <div class="panels">
      ${renderPanel({
        id: 'platform',
        title: TEXTS.platform,
        isWide: true,
        content: html`<p><a href="${page.link('dashboard/platform/')}">${TEXTS.platformReportsHelp}</a></p>`,
      })}
      ${renderPanel({ id: 'types', title: TEXTS.reportTypes, isWide: true, content: renderTypes(types, page) })}
    </div>`;
  return renderLayout({ title: TEXTS.reports, main }, page);
}

function renderTypes(types: readonly ReportTypeResource[], page: PageRequest): Html {
  return renderStackingTable({
    caption: TEXTS.reportTypes,
    hasTexts: true,
    headings: [TEXTS.report, TEXTS.description, TEXTS.cycle, TEXTS.latestCycle],
    rows: types.map(({ id, attributes: { description, period, latest_cycle } }) => ({
      label: html`<a href="${page.link(`dashboard/reports/${id}/`)}">${id}</a>`,
      cells: [html`${description}`, html`${TEXTS.cycles[period]}`, html`${latest_cycle ?? TEXTS.noneYet}`],
    })),
  });
}
