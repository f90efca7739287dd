import { RESOURCE_TYPE_PREFIX } from './report-resource.js';

const month = { report_yearmonth: '2026-10', institution_id: 'cos' };
const content = {
  public_project_count: 12,
  private_project_count: 30,
  public_registration_count: 4,
  embargoed_registration_count: 1,
  published_preprint_count: 2,
  public_file_count: 250,
  storage_byte_count: 5_000_000,
};

/** A batch of reports, as resources. The examples of the institution routes read them. */
export const REPORT_EXAMPLES = [
  {
    type: `${RESOURCE_TYPE_PREFIX}download_count`,
    attributes: { report_date: '2026-11-23', daily_file_downloads: 4_711 },
  },
  {
    type: `${RESOURCE_TYPE_PREFIX}institution_summary_monthly`,
    attributes: {
      ...month,
      ...content,
      user_count: 40,
      monthly_logged_in_user_count: 25,
      monthly_active_user_count: 10,
    },
  },
  {
    type: `${RESOURCE_TYPE_PREFIX}institutional_users`,
    attributes: { ...month, ...content, user_id: 'ada01', user_name: 'Ada Obi', department_name: 'Mathematics' },
  },
];
