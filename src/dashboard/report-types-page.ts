import { type Html, html } from '../http/responses/html.js';
import type { ReportTypeResource } from '../reports/report-type-list.service.js';
import { renderLayout } from './layout.js';
import type { PageRequest } from './page-request.js';
import { renderPanel } from './panel.js';
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
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${TEXTS.reportTypes}">
    <table class="texts">
      <caption class="visually-hidden">
        ${TEXTS.reportTypes}
      </caption>
      <thead>
        <tr>
          <th scope="col">${TEXTS.report}</th>
          <th scope="col">${TEXTS.description}</th>
          <th scope="col">${TEXTS.cycle}</th>
          <th scope="col">${TEXTS.latestCycle}</th>
        </tr>
      </thead>
      <tbody>
        ${types.map(
          ({ id, attributes: { description, period, latest_cycle } }) =>
            html`<tr>
              <th scope="row"><a href="${page.link(`dashboard/reports/${id}/`)}">${id}</a></th>
              <td>${description}</td>
              <td>${TEXTS.cycles[period]}</td>
              <td>${latest_cycle ?? TEXTS.noneYet}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
