import type { YearMonth } from '../../time/year-month.js';
import { listDays, listMonths, toDemoReport } from './demo-cycles.js';
import type { DemoRandom } from './demo-random.js';
import { publicTotals, registrationTotals } from './demo-totals.js';
import type { DemoDays } from './demo-usages.js';

const INSTITUTIONS = [
  { id: 'demo-university', name: 'Demo University', users: 24 },
  { id: 'demo-college', name: 'Demo College', users: 8 },
];
const DEPARTMENTS = ['Psychology', 'Biology', 'Sociology', null];
const FIRST_NAMES = ['Ada', 'Bo', 'Chiara', 'Dao', 'Eero', 'Fatima', 'Zoë', 'Łukasz'];
const LAST_NAMES = ['Obi', 'Lindqvist', 'Conti', 'Nguyen', 'Salo', 'Zahra'];
const BYTES_PER_FILE = 3_500_000;

/** Daily reports about two institutions. */
export function* createDailyInstitutionReports(days: DemoDays, random: DemoRandom): Iterable<object> {
  for (const [day, report_date] of listDays(days).entries()) {
    for (const { id, name, users } of INSTITUTIONS) {
      const projects = publicTotals(users * 5 + day, random.below(3));
      const registered = registrationTotals(users * 2 + Math.floor(day / 4), random.below(2));
      yield toDemoReport('institution_summary', {
        report_date,
        institution_id: id,
        institution_name: name,
        users: { total: users, total_daily: 0 },
        nodes: projects,
        projects,
        registered_nodes: registered,
        registered_projects: registered,
      });
    }
  }
}

/** Monthly reports about the same institutions, and their users. */
export function* createMonthlyInstitutionReports(days: DemoDays, random: DemoRandom): Iterable<object> {
  for (const [index, month] of listMonths(days).entries()) {
    for (const { id, users } of INSTITUTIONS) {
      const cycle = { report_yearmonth: month.toString(), institution_id: id };
      yield toDemoReport('institution_summary_monthly', { ...cycle, ...summary(users, index + 1) });
      for (let number = 0; number < users; number += 1) {
        yield toDemoReport('institutional_users', { ...cycle, ...user(id, number, month, random) });
      }
    }
  }
}

function summary(users: number, age: number): object {
  return {
    user_count: users,
    public_project_count: users * (2 + age),
    private_project_count: users * 3,
    public_registration_count: users * 2 + age,
    embargoed_registration_count: age,
    published_preprint_count: users + 2 * age,
    storage_byte_count: users * age * 40 * BYTES_PER_FILE,
    public_file_count: users * (20 + age),
    monthly_logged_in_user_count: Math.round(users * 0.8),
    monthly_active_user_count: Math.round(users * 0.6),
  };
}

function user(institution: string, index: number, month: YearMonth, random: DemoRandom): object {
  const public_file_count = random.below(60);
  const first = FIRST_NAMES[index % FIRST_NAMES.length] as string;
  const last = LAST_NAMES[index % LAST_NAMES.length] as string;
  return {
    user_id: `${institution}-${index + 1}`,
    user_name: `${first} ${last}`,
    department_name: DEPARTMENTS[index % DEPARTMENTS.length],
    month_last_login: index % 5 === 0 ? null : month.toString(),
    month_last_active: index % 3 === 0 ? null : month.toString(),
    account_creation_date: `${2018 + (index % 6)}-03`,
    // The range of ORCID iDs for examples.
    orcid_id: index % 2 === 0 ? `0000-0001-2345-${String(6_000 + index)}` : null,
    public_project_count: random.below(8),
    private_project_count: random.below(6),
    public_registration_count: random.below(4),
    embargoed_registration_count: random.below(2),
    published_preprint_count: random.below(3),
    public_file_count,
    storage_byte_count: public_file_count * BYTES_PER_FILE,
  };
}
