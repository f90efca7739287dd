import type { MonthlyInstitutionalUserReport } from '../../src/reports/monthly/institutional-user.js';
import { institutionalUser, institutionSummary } from './report-samples.js';

export const HOSTILE = '=cmd|\'/c calc\'!A1, "Dept",\r\n\u0000 🜁';

/** A document of the OSF's API. */
export interface OsfDocument {
  data: {
    id: string;
    type: string;
    attributes: Record<string, unknown>;
    relationships: { user: { data: { id: string } } };
    links: { self: string };
  }[];
  meta: { total: number; per_page: number; version: string };
  links: Record<'self' | 'first' | 'prev' | 'next' | 'last', string | null>;
}

export function institutionUser(
  user_id: string,
  fields: Partial<MonthlyInstitutionalUserReport> = {},
  month = '2026-10',
) {
  const defaults = { orcid_id: null, department_name: null, storage_byte_count: 0, user_name: user_id };
  return institutionalUser(month, user_id, { ...defaults, ...fields });
}

/** Reports of two institutions, `uni` and `other`. */
export const INSTITUTION_REPORTS = [
  institutionUser('ada01', {
    department_name: 'Maths',
    orcid_id: '0000-0001',
    storage_byte_count: 300,
    private_project_count: 9,
  }),
  institutionUser('bob02', {
    department_name: 'Maths',
    storage_byte_count: 100,
    user_name: 'Zoë',
    public_project_count: 8,
  }),
  institutionUser('cyd03', { department_name: 'Law', orcid_id: '0000-0002', storage_byte_count: 200 }),
  institutionUser('dan04', { department_name: HOSTILE, storage_byte_count: 50 }),
  institutionUser('eve05', { user_name: 'Eve' }),
  institutionUser('gone7', { user_name: 'Deleted user', department_name: 'Law', storage_byte_count: 1_000 }),
  institutionUser('ada01', { department_name: 'History' }, '2026-08'),
  institutionUser('xen08', { institution_id: 'other', department_name: 'Maths' }),
  institutionSummary('2026-08', 'uni', { user_count: 1 }),
  institutionSummary('2026-10', 'uni', { user_count: 6 }),
];
