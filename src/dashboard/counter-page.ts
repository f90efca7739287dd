import { CUSTOMER } from '../counter/customer.js';
import { RELEASE_PATHS } from '../counter/release.js';
import { type ReportDefinition, REPORTS } from '../counter/report-definitions.js';
import { type Html, html } from '../http/responses/html.js';
import { YearMonth } from '../time/year-month.js';
import { renderLayout } from './layout.js';
import type { PageRequest } from './page-request.js';

/** What the page shows. */
export interface CounterPage {
  readonly platform: string;
  /** The URL of the COUNTER API, without a slash at its end. */
  readonly baseUrl: string;
  readonly firstMonth: string | undefined;
  readonly lastMonth: string | undefined;
  readonly report: ReportDefinition;
  /** The values of the form, by name. */
  readonly values: Readonly<Record<string, string>>;
  readonly needsRequestorId: boolean;
  /** What is wrong with the values; then there are no links to files. */
  readonly problem: string | undefined;
}

const MONTH_FORMAT = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const FORMATS = { tsv: 'TSV, for spreadsheets', csv: 'CSV', json: 'JSON, as harvesters read it' } as const;

/** The form on which a person chooses a report, and links to its files. It works without script. */
export function renderCounterPage(page: CounterPage, request: PageRequest): Html {
  return renderLayout(
    {
      title: `COUNTER reports of ${page.platform}`,
      main: html`<p class="note period">
          Monthly usage by COUNTER’s Code of Practice. All reports are for ${CUSTOMER.name}: usage does not say from
          which institution it comes.
        </p>
        ${
          page.lastMonth === undefined
            ? html`<p class="message" role="status">
                No month has been processed yet. Months are processed early in the next month.
              </p>`
            : html`${renderForm(page)} ${renderResult(page)}`
        }`,
    },
    request,
  );
}

/** The value of the option for a report: `r51-ir`. */
export function optionOf({ release, id }: ReportDefinition): string {
  return `${release === '5' ? 'r50' : 'r51'}-${id.toLowerCase()}`;
}

function renderForm(page: CounterPage): Html {
  const { report, values, firstMonth = '', lastMonth = '' } = page;
  const monthInput = (name: string): Html =>
    html`<input
      type="month"
      id="${name}"
      name="${name}"
      value="${values[name] ?? lastMonth}"
      min="${firstMonth}"
      max="${lastMonth}"
      placeholder="YYYY-MM"
      pattern="\\d{4}-\\d{2}"
      required
    />`;
  const dataTypes = report.dataTypes.map((each) => option(each, each.replaceAll('_', ' '), values['data_type']));
  const accessMethods = [
    option('Regular', 'Regular: people', values['access_method']),
    option('TDM', 'TDM: programs', values['access_method']),
  ];
  const requestor = html`<input
    id="requestor_id"
    name="requestor_id"
    value="${values['requestor_id'] ?? ''}"
    autocomplete="off"
    required
  />`;
  return html`<form class="fields" method="get" action="${page.baseUrl}/">
    ${field(
      'report',
      'Report',
      html`<select id="report" name="report">
        ${reportOptions(report)}
      </select>`,
    )}
    ${field('begin_date', 'First month', monthInput('begin_date'))}
    ${field('end_date', 'Last month', monthInput('end_date'))}
    ${field('data_type', 'Data type', selectWithAll('data_type', dataTypes))}
    ${field('access_method', 'Access method', selectWithAll('access_method', accessMethods))}
    ${field(
      'item_id',
      'Item',
      html`<input
        id="item_id"
        name="item_id"
        value="${values['item_id'] ?? ''}"
        placeholder="All, or GUID, DOI, URL"
      />`,
    )}
    ${page.needsRequestorId ? field('requestor_id', 'Requestor ID', requestor) : ''}
    <button>Show files</button>
  </form>`;
}

function field(id: string, label: string, control: Html): Html {
  return html`<div><label for="${id}">${label}</label>${control}</div>`;
}

function selectWithAll(name: string, options: readonly Html[]): Html {
  return html`<select id="${name}" name="${name}">
    <option value="">All</option>
    ${options}
  </select>`;
}

function reportOptions(selected: ReportDefinition): Html[] {
  return (['5.1', '5'] as const).map((release) => {
    const options = REPORTS.filter((each) => each.release === release).map((each) =>
      option(optionOf(each), `${each.name} (${each.id})`, optionOf(selected)),
    );
    return html`<optgroup label="Release ${release === '5' ? '5.0' : release}">${options}</optgroup>`;
  });
}

function option(value: string, label: string, selected: string | undefined): Html {
  return value === selected
    ? html`<option value="${value}" selected>${label}</option>`
    : html`<option value="${value}">${label}</option>`;
}

function renderResult(page: CounterPage): Html {
  const { report, values, firstMonth, lastMonth, problem } = page;
  const available = html`<p class="note">Processed months: ${describePeriod(firstMonth ?? '', lastMonth ?? '')}.</p>`;
  if (problem !== undefined)
    return html`<p class="message" role="alert">${problem}</p>
      ${available}`;
  const period = describePeriod(values['begin_date'] ?? '', values['end_date'] ?? '');
  return html`<section class="message" aria-labelledby="files">
    <h2 id="files">${report.name}, ${period}</h2>
    <p>${report.description}.</p>
    <ul>
      ${Object.entries(FORMATS).map(
        ([format, label]) => html`<li><a href="${fileUrl(page, format)}">${label}</a></li>`,
      )}
    </ul>
    ${available}
  </section>`;
}

/** `August 2026 to October 2026` */
function describePeriod(begin: string, end: string): string {
  const [first, last] = [begin, end].map((month) => {
    return MONTH_FORMAT.format(YearMonth.parse(month.slice(0, 'YYYY-MM'.length)).start());
  });
  return first === last ? String(first) : `${first} to ${last}`;
}

function fileUrl({ baseUrl, report, values }: CounterPage, format: string): string {
  const names = ['begin_date', 'end_date', 'requestor_id'];
  if (report.view === undefined) names.push('data_type', 'access_method');
  if (report.view === undefined && report.subject === 'items') names.push('item_id');
  const chosen = names.flatMap((name) => (values[name] ? [[name, values[name]] as [string, string]] : []));
  const query = new URLSearchParams([['customer_id', CUSTOMER.id], ...chosen, ['format', format]]);
  return `${baseUrl}${RELEASE_PATHS[report.release]}/reports/${report.id.toLowerCase()}?${query.toString()}`;
}
