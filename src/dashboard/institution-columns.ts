import type { Html } from '../http/responses/html.js';
import type { MonthlyInstitutionSummaryReport } from '../reports/monthly/institution-summary.js';
import type { Formats } from './formats.js';
import { TEXTS } from './texts.js';
import { renderNumber, type Tile } from './tiles.js';

export interface InstitutionColumn {
  readonly label: string;
  readonly render: (summary: MonthlyInstitutionSummaryReport, formats: Formats) => Html;
}

type Summary = MonthlyInstitutionSummaryReport;

interface InstitutionNumber {
  readonly label: string;
  readonly read: (summary: Summary) => number;
  /** How the number is written, if it has a unit. */
  readonly write?: Tile['write'];
}

/** The numbers of an institution, as cards and as columns. */
export const INSTITUTION_NUMBERS: readonly InstitutionNumber[] = [
  { label: TEXTS.users, read: ({ user_count }) => user_count },
  { label: TEXTS.loggedInUsers, read: ({ monthly_logged_in_user_count }) => monthly_logged_in_user_count },
  { label: TEXTS.activeInMonth, read: ({ monthly_active_user_count }) => monthly_active_user_count },
  { label: TEXTS.publicProjects, read: ({ public_project_count }) => public_project_count },
  { label: TEXTS.privateProjects, read: ({ private_project_count }) => private_project_count },
  { label: TEXTS.publicRegistrations, read: ({ public_registration_count }) => public_registration_count },
  { label: TEXTS.embargoedRegistrations, read: ({ embargoed_registration_count }) => embargoed_registration_count },
  { label: TEXTS.publishedPreprints, read: ({ published_preprint_count }) => published_preprint_count },
  { label: TEXTS.publicFiles, read: ({ public_file_count }) => public_file_count },
  {
    label: TEXTS.storage,
    read: ({ storage_byte_count }) => storage_byte_count,
    write: (bytes, formats) => formats.bytes(bytes),
  },
];

/** All columns of a table of summaries. */
export const INSTITUTION_COLUMNS: readonly InstitutionColumn[] = INSTITUTION_NUMBERS.map(({ label, read, write }) => ({
  label,
  render: (summary, formats) => renderNumber(read(summary), formats, write),
}));
