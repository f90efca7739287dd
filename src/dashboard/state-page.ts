import { type Html, html } from '../http/responses/html.js';
import type { ListedReporter } from '../reporters/reporter-list.service.js';
import { CalendarDate } from '../time/calendar-date.js';
import { YearMonth } from '../time/year-month.js';
import { SKIP_REASONS } from '../usage-events/usage-metrics.js';
import type { Formats } from './formats.js';
import { renderLayout } from './layout.js';
import type { PageRequest } from './page-request.js';
import { renderEmpty, renderPanel } from './panel.js';
import { renderRanking } from './ranking.js';
import type { ServiceState } from './service-state.js';
import { renderStackingTable, type StackingRow } from './table.js';
import { TEXTS } from './texts.js';
import { renderNumber, renderTiles } from './tiles.js';

const SHOWN_CYCLES = 3;

export interface StateFigures {
  readonly state: ServiceState;
  /** Null while the store is unavailable. */
  readonly reporters: readonly ListedReporter[] | null;
}

/** The state of the service, for those who operate it. */
export function renderState({ state, reporters }: StateFigures, page: PageRequest): Html {
  const { formats } = page;
  const csv = page.linkToCsv('state/');
  const skipped = SKIP_REASONS.reduce((sum, reason) => sum + state.skipped_usages[reason], 0);
  const tiles = [
    { label: TEXTS.recordedUsages, value: state.recorded_usages },
    { label: TEXTS.skippedUsages, value: skipped },
    { label: TEXTS.unknownItemUsages, value: state.unknown_item_usages, help: TEXTS.unknownItemsHelp },
    { label: TEXTS.waitingRuns, value: countWaiting(reporters ?? []), help: TEXTS.waitingRunsHelp },
  ];
  const main = html`${renderReadiness(state)}
    <p class="note period">${TEXTS.countedSince(state.version, formats.instant(state.started_at))}</p>
    ${renderTiles(tiles, formats)}
    <div class="panels">
      ${renderPanel({
        id: 'reporters',
        title: TEXTS.reporters,
        csv: page.linkToCsv('reporters/'),
        isWide: true,
        content: reporters ? renderReporters(reporters, page) : renderEmpty(TEXTS.storeUnavailable),
      })}
      <div class="stack">
        ${renderPanel({ id: 'skipped', title: TEXTS.skippedByReason, csv, content: renderSkipped(state, formats) })}
        ${renderPanel({ id: 'months', title: TEXTS.waitingMonths, csv, content: renderWaitingMonths(state, formats) })}
      </div>
      <div class="stack">
        ${renderFacts('store', TEXTS.store, csv, storeFacts(state, formats))}
        ${renderFacts('robots', TEXTS.robotList, csv, robotFacts(state, formats))}
      </div>
    </div>`;
  return renderLayout({ title: TEXTS.stateOfService, main }, page);
}

function renderReadiness({ not_ready }: ServiceState): Html {
  return not_ready === null
    ? html`<p class="status">${TEXTS.ready}</p>`
    : html`<p class="status problem" role="alert">${TEXTS.notReady(not_ready)}</p>`;
}

function countWaiting(reporters: readonly ListedReporter[]): number {
  return reporters.reduce((sum, { attributes }) => sum + attributes.waiting_cycles.length, 0);
}

function renderReporters(reporters: readonly ListedReporter[], page: PageRequest): Html {
  return renderStackingTable({
    caption: TEXTS.reporters,
    hasTexts: true,
    headings: [TEXTS.report, TEXTS.lastSuccess, TEXTS.nextRun, TEXTS.latestRun, TEXTS.waiting],
    rows: reporters.map((reporter) => renderReporter(reporter, page)),
  });
}

function renderReporter({ id, attributes }: ListedReporter, page: PageRequest): StackingRow {
  const { unavailable, last_success_at, next_run_at } = attributes;
  const { formats } = page;
  const lastSuccess = html`${last_success_at ? formats.instant(last_success_at) : TEXTS.never}`;
  return {
    label: html`<a href="${page.link(`dashboard/reports/${id}/`)}">${id}</a>`,
    cells:
      unavailable === null
        ? [
            lastSuccess,
            html`${next_run_at ? formats.instant(next_run_at) : ''}`,
            renderLatestRun(attributes),
            html`${describeWaiting(attributes.waiting_cycles, formats)}`,
          ]
        : [lastSuccess, html`${TEXTS.unavailableReporter(unavailable)}`],
  };
}

function renderLatestRun({ latest_run: run }: ListedReporter['attributes']): Html {
  if (run === null) return html`${TEXTS.noneYet}`;
  const state = TEXTS.runStates[run.state];
  if (run.error === null) return html`${run.cycle}: ${state}`;
  return html`<span class="problem">${run.cycle}: ${state}</span> <bdi class="clamped note">${run.error}</bdi>`;
}

function describeWaiting(cycles: readonly string[], formats: Formats): string {
  if (cycles.length === 0) return TEXTS.nothingWaits;
  const shown = cycles.slice(0, SHOWN_CYCLES).join(', ');
  const others = cycles.length - SHOWN_CYCLES;
  return others > 0 ? TEXTS.andMore(shown, formats.number(others)) : shown;
}

function renderSkipped({ skipped_usages }: ServiceState, formats: Formats): Html {
  return renderRanking({
    caption: TEXTS.skippedByReason,
    headings: [TEXTS.reason, TEXTS.usages],
    rows: SKIP_REASONS.map((reason) => ({
      label: html`${TEXTS.skipReasons[reason]}`,
      value: skipped_usages[reason],
      cells: [renderNumber(skipped_usages[reason], formats)],
    })),
  });
}

function renderWaitingMonths({ waiting_months: months }: ServiceState, formats: Formats): Html {
  if (months === null) return renderEmpty(TEXTS.storeUnavailable);
  if (months.length === 0) return html`<p>${TEXTS.noWaitingMonths}</p>`;
  const names = months.map((month) => formats.period(YearMonth.parse(month).firstDay(), 'month'));
  return html`<p>${names.join(', ')}</p>
    <p class="note">${TEXTS.waitingMonthsHelp}</p>`;
}

type Fact = readonly [label: string, value: string];

function storeFacts(state: ServiceState, formats: Formats): Fact[] {
  const bytes = (value: number | null): string => (value === null ? TEXTS.unknown : formats.bytes(value));
  return [
    [TEXTS.store, state.store],
    [TEXTS.storeSize, bytes(state.store_byte_count)],
    [TEXTS.freeSpace, bytes(state.free_byte_count)],
    [TEXTS.lastBackup, state.last_backup_at ? formats.instant(state.last_backup_at) : TEXTS.noneYet],
  ];
}

function robotFacts({ robot_list_date, robot_list_age_days }: ServiceState, formats: Formats): Fact[] {
  if (robot_list_date === null || robot_list_age_days === null) return [[TEXTS.date, TEXTS.unknown]];
  return [
    [TEXTS.date, formats.day(CalendarDate.parse(robot_list_date))],
    [TEXTS.age, formats.days(robot_list_age_days)],
  ];
}

function renderFacts(id: string, title: string, csv: string, facts: readonly Fact[]): Html {
  const content = renderStackingTable({
    caption: title,
    hasTexts: true,
    headings: [TEXTS.figure, TEXTS.value],
    rows: facts.map(([label, value]) => ({ label: html`${label}`, cells: [html`${value}`] })),
  });
  return renderPanel({ id, title, csv, content });
}
