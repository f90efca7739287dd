import { type Html, html } from '../http/responses/html.js';
import type { MonthlyInstitutionSummaryReport } from '../reports/monthly/institution-summary.js';
import type { Formats } from './formats.js';
import { TEXTS } from './texts.js';
import { renderNumber } from './tiles.js';

export interface InstitutionColumn {
  readonly label: string;
  readonly render: (summary: MonthlyInstitutionSummaryReport, formats: Formats) => Html;
}

type Summary = MonthlyInstitutionSummaryReport;

/** The numbers of an institution, as cards and as columns. */
export const INSTITUTION_NUMBERS: readonly { readonly label: string; readonly read: (summary: Summary) => number }[] = [
  { label: TEXTS.users, read: ({ user_count }) => user_count },
  { label: TEXTS.loggedInUsers, read: ({ monthly_logged_in_user_count }) => monthly_logged_in_user_count },
  { label: TEXTS.activeInMonth, read: ({ monthly_active_user_count }) => monthly_active_user_count },
  { label: TEXTS.publicProjects, read: ({ public_project_count }) => public_project_count },
  { label: TEXTS.privateProjects, read: ({ private_project_count }) => private_project_count },
  { label: TEXTS.publicRegistrations, read: ({ public_registration_count }) => public_registration_count },
  { label: TEXTS.embargoedRegistrations, read: ({ embargoed_registration_count }) => embargoed_registration_count },
  { label: TEXTS.publishedPreprints, read: ({ published_preprint_count }) => published_preprint_count },
];

/** All columns of a table of summaries. */
export const INSTITUTION_COLUMNS: readonly InstitutionColumn[] = [
  ...INSTITUTION_NUMBERS.map(({ label, read }) => ({
    label,
    render: (summary: Summary, formats: Formats) => renderNumber(read(summary), formats),
  })),
  {
    label: TEXTS.publicFiles,
    render: ({ public_file_count }, formats) => renderNumber(public_file_count, formats),
  },
  { label: TEXTS.storage, render: ({ storage_byte_count }, formats) => html`${formats.bytes(storage_byte_count)}` },
];
