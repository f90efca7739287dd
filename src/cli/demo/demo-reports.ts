import { RESOURCE_TYPE_PREFIX } from '../../reports/report-resource.js';
import type { DemoRandom } from './demo-random.js';
import type { DemoDays } from './demo-usages.js';

const PREPRINTS_OF_PROVIDER = { psyarxiv: 38_000, socarxiv: 17_000, edarxiv: 5_000 };

/** Daily summaries of a platform that grows: those that the service otherwise counts in the OSF's database. */
export function* createDemoReports({ first, count }: DemoDays, random: DemoRandom): Iterable<object> {
  for (let day = 0; day < count; day += 1) {
    const report_date = first.plusDays(day).toString();
    const report = (id: string, attributes: object): object => ({
      type: `${RESOURCE_TYPE_PREFIX}${id}`,
      attributes: { report_date, ...attributes },
    });
    yield report('user_summary', {
      active: 700_000 + day * 420,
      deactivated: 3_100 + day,
      merged: 18_000 + 4 * day,
      new_users_daily: random.around(420),
      new_users_with_institution_daily: random.around(60),
      unconfirmed: 210_000 + day * 90,
    });
    yield report('osfstorage_file_count', { files: totals(9_000_000 + day * 6_000, 0.6, random.around(6_000)) });
    for (const [provider_key, preprints] of Object.entries(PREPRINTS_OF_PROVIDER)) {
      yield report('preprint_summary', { provider_key, preprint_count: preprints + day * 12 });
    }
  }
}

/** Running totals of which a share is public. */
function totals(total: number, publicShare: number, daily: number): object {
  const isPublic = Math.round(total * publicShare);
  const isPublicDaily = Math.round(daily * publicShare);
  return {
    total,
    public: isPublic,
    private: total - isPublic,
    total_daily: daily,
    public_daily: isPublicDaily,
    private_daily: daily - isPublicDaily,
  };
}
