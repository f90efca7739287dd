import { type Html, html } from '../http/responses/html.js';
import type { MonthlyInstitutionalUserReport } from '../reports/monthly/institutional-user.js';
import type { YearMonth } from '../time/year-month.js';
import { renderChart } from './chart.js';
import type { Formats } from './formats.js';
import { type InstitutionDto, NO_DEPARTMENT } from './institution.dto.js';
import { INSTITUTION_COLUMNS, INSTITUTION_NUMBERS } from './institution-columns.js';
import { type InstitutionFigures, USERS_PER_PAGE } from './institution-reader.service.js';
import { renderLayout } from './layout.js';
import { renderMonthOptions } from './month-options.js';
import { renderPageLinks } from './page-links.js';
import type { PageRequest } from './page-request.js';
import { renderEmpty, renderPanel } from './panel.js';
import { renderChoices } from './range-picker.js';
import { renderRanking } from './ranking.js';
import { renderStackingTable } from './table.js';
import { TEXTS } from './texts.js';
import { renderNumber, renderTiles } from './tiles.js';

const SUMMARY_TYPE = 'institution_summary_monthly';

/** One institution: its figures of a month, departments, users, and all months. */
export function renderInstitution(figures: InstitutionFigures, query: InstitutionDto, page: PageRequest): Html {
  const { id, month, history } = figures;
  const { formats } = page;
  const summary = history.find(({ cycle }) => cycle.equals(month));
  const before = history.find(({ cycle }) => cycle.equals(month.plusMonths(-1)));
  const tiles = INSTITUTION_NUMBERS.map(({ label, read, write }) => ({
    label,
    value: summary ? read(summary) : 0,
    previous: before && read(before),
    write,
  }));
  const name = formats.period(month.firstDay(), 'month');
  const period = before ? TEXTS.monthComparedWith(name, formats.period(before.cycle.firstDay(), 'month')) : name;
  const main = html`<p class="note period">${period}</p>
    ${summary ? renderTiles(tiles, formats) : renderEmpty(TEXTS.noReports)}
    <div class="panels">
      ${renderDepartments(figures, page)} ${renderHistory(figures, page)} ${renderUsers(figures, query, page)}
      ${renderMonths(figures, page)}
    </div>`;
  return renderLayout({ title: TEXTS.institutionTitle(id), controls: renderMonthForm(figures, formats), main }, page);
}

function renderMonthForm({ history, month }: InstitutionFigures, formats: Formats): Html {
  const months = history.map(({ cycle }) => cycle);
  return html`<form method="get" class="inline-form">
    <label
      >${TEXTS.month}
      <select name="month">
        ${renderMonthOptions(months, month, formats)}
      </select></label
    >
    <button>${TEXTS.show}</button>
  </form>`;
}

function renderDepartments({ id, month, departments }: InstitutionFigures, page: PageRequest): Html {
  const rows = departments.map(({ name, number_of_users }) => ({
    label: html`<a href="${page.linkToSelf({ department: name ?? NO_DEPARTMENT, page: undefined })}" dir="auto"
      >${name ?? TEXTS.noDepartment}</a
    >`,
    value: number_of_users,
    cells: [renderNumber(number_of_users, page.formats)],
  }));
  const headings = [TEXTS.department, TEXTS.users] as const;
  return renderPanel({
    id: 'departments',
    title: TEXTS.departments,
    csv: linkToFile(id, 'departments', month, page),
    content:
      rows.length === 0 ? renderEmpty(TEXTS.noUsers) : renderRanking({ caption: TEXTS.departments, headings, rows }),
  });
}

function renderHistory({ id, history }: InstitutionFigures, page: PageRequest): Html {
  const { formats } = page;
  const rows = history.toReversed().map(({ cycle, user_count, ...counts }) => ({
    label: formats.period(cycle.firstDay(), 'month'),
    shortLabel: formats.shortPeriod(cycle.firstDay(), 'month'),
    values: [user_count, counts.monthly_logged_in_user_count, counts.monthly_active_user_count],
  }));
  const series = [
    { label: TEXTS.users, color: 'views' },
    { label: TEXTS.loggedInUsers, color: 'downloads' },
    { label: TEXTS.activeInMonth, color: 'rejections' },
  ] as const;
  return renderPanel({
    id: 'history',
    title: TEXTS.usersByMonth,
    csv: linkToHistory(id, page),
    content:
      rows.length === 0
        ? renderEmpty(TEXTS.noReports)
        : renderChart({ kind: 'line', caption: TEXTS.usersByMonth, rowLabel: TEXTS.month, series, rows }, formats),
  });
}

function renderMonths({ id, history }: InstitutionFigures, page: PageRequest): Html {
  return renderPanel({
    id: 'months',
    title: TEXTS.metricsByMonth,
    csv: linkToHistory(id, page),
    isWide: true,
    content: renderStackingTable({
      caption: TEXTS.metricsByMonth,
      headings: [TEXTS.month, ...INSTITUTION_COLUMNS.map(({ label }) => label)],
      rows: history.map((summary) => ({
        label: html`${page.formats.period(summary.cycle.firstDay(), 'month')}`,
        cells: INSTITUTION_COLUMNS.map(({ render }) => render(summary, page.formats)),
      })),
    }),
  });
}

function renderUsers(figures: InstitutionFigures, query: InstitutionDto, page: PageRequest): Html {
  const { id, month, users, userCount } = figures;
  const { formats } = page;
  const first = (query.page - 1) * USERS_PER_PAGE + 1;
  const shown = [first, first + users.length - 1, userCount].map((value) => formats.number(value));
  return renderPanel({
    id: 'users',
    title: TEXTS.users,
    note: users.length === 0 ? undefined : TEXTS.usersShown(shown[0] ?? '', shown[1] ?? '', shown[2] ?? ''),
    csv: linkToFile(id, 'users', month, page, filtersOf(query, page)),
    controls: renderUserFilters(query, page),
    isWide: true,
    content: html`${users.length === 0 ? renderEmpty(TEXTS.noUsers) : renderUserTable(users, formats)}
    ${renderPageLinks(query.page, Math.ceil(userCount / USERS_PER_PAGE), page)}`,
  });
}

function renderUserFilters({ department, orcid }: InstitutionDto, page: PageRequest): Html {
  const choice = (value: 'yes' | 'no' | undefined, label: string) => ({
    href: page.linkToSelf({ orcid: value, page: undefined }),
    label,
    isCurrent: value === orcid,
  });
  const text = `${TEXTS.department}: ${department === NO_DEPARTMENT ? TEXTS.noDepartment : (department ?? '')}`;
  const remove = page.linkToSelf({ department: undefined, page: undefined });
  return html`${
    department === undefined
      ? ''
      : html`<ul class="filters" aria-label="${TEXTS.filters}">
          <li>
            <a href="${remove}" aria-label="${TEXTS.removeFilter(text)}">${text}<span aria-hidden="true"> ✕</span></a>
          </li>
        </ul>`
  }
  ${renderChoices(TEXTS.orcid, [
    choice(undefined, TEXTS.allUsers),
    choice('yes', TEXTS.withOrcid),
    choice('no', TEXTS.withoutOrcid),
  ])}`;
}

function renderUserTable(users: readonly MonthlyInstitutionalUserReport[], formats: Formats): Html {
  return renderStackingTable({
    caption: TEXTS.users,
    hasTexts: true,
    numberColumns: 4,
    headings: [
      TEXTS.name,
      TEXTS.department,
      TEXTS.orcid,
      TEXTS.lastLogin,
      TEXTS.lastActive,
      TEXTS.allProjects,
      TEXTS.allRegistrations,
      TEXTS.preprints,
      TEXTS.storage,
    ],
    rows: users.map((user) => ({
      label: html`<bdi>${user.user_name}</bdi>`,
      cells: [
        html`<bdi>${user.department_name ?? ''}</bdi>`,
        html`${user.orcid_id ?? ''}`,
        html`${user.month_last_login?.toString() ?? TEXTS.never}`,
        html`${user.month_last_active?.toString() ?? TEXTS.never}`,
        renderNumber(user.public_project_count + user.private_project_count, formats),
        renderNumber(user.public_registration_count + user.embargoed_registration_count, formats),
        renderNumber(user.published_preprint_count, formats),
        html`${formats.bytes(user.storage_byte_count)}`,
      ],
    })),
  });
}

/** Keys read the API of this service; administrators of the institution that of the OSF, which has the same filters. */
function linkToFile(
  id: string,
  list: 'users' | 'departments',
  month: YearMonth,
  page: PageRequest,
  filters: readonly [string, string][] = [],
): string {
  const institution = `institutions/${encodeURIComponent(id)}`;
  const path = page.isAdmin ? `${institution}/${list}/` : `../../v2/${institution}/metrics/${list}/`;
  const parameters = new URLSearchParams([
    ['report_yearmonth', month.toString()],
    ...filters,
    ['format', 'csv'],
    ['bom', 'true'],
  ]);
  return `${page.link(path)}?${parameters.toString()}`;
}

/** An empty value means that the user has none. */
function filtersOf({ department, orcid }: InstitutionDto, { isAdmin }: PageRequest): [string, string][] {
  const name = isAdmin ? 'department_name' : 'department';
  const filters: [string, string][] = [];
  if (department !== undefined) filters.push([`filter[${name}]`, department === NO_DEPARTMENT ? '' : department]);
  if (orcid !== undefined) filters.push([orcid === 'yes' ? 'filter[orcid_id][ne]' : 'filter[orcid_id]', '']);
  return filters;
}

/** Only keys can read reports of this type. */
function linkToHistory(id: string, page: PageRequest): string | undefined {
  return page.isAdmin ? page.linkToCsv(`reports/${SUMMARY_TYPE}/`, { 'filter[institution_id]': id }) : undefined;
}
