import { RegistriesModeration } from '../../src/model/registries-moderation.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { STEP, type UsageTraits } from '../support/builders.js';
import { institutionalUser, institutionSummary } from '../support/report-samples.js';
import { record } from '../support/reporter-runs.js';
import { register } from '../support/send-usage.js';
import type { TestApp } from '../support/test-app.js';

export const NOW = '2026-11-24T12:00:00Z';

export const HOSTILE = `<script>alert("1")</script>'&`;
export const HEBREW = 'מדידת השימוש במחקר פתוח';
export const LONG = `${'An extraordinarily long title without an end '.repeat(8)}${'x'.repeat(200)}`;

const TYPES = { file1: 'File', prep1: 'Preprint' } as const;

/** A few items with usage in this period and in the one before: 28 days before 24 November 2026. */
export async function fillSite(app: TestApp): Promise<void> {
  await register(app, 'proj1', { item_type: 'Project', title: HOSTILE });
  await register(app, 'file1', { item_type: 'File', parent_guid: 'proj1', title: LONG });
  await register(app, 'prep1', { item_type: 'Preprint', title: HEBREW, provider_id: 'socarxiv' });
  await register(app, 'quiet', { item_type: 'Project', title: 'Never used' });
  await register(app, 'priv1', { item_type: 'Project', title: 'Secret', public: false });
  const use = (item: string, at: string, traits: UsageTraits = {}): UsageTraits => ({
    item,
    at: `${at}:00Z`,
    session: at,
    within: item === 'file1' ? ['proj1'] : [],
    page: {
      page_url: `https://osf.io/${item}`,
      page_title: HOSTILE,
      referer_url: 'https://search.example.org/?q=open',
    },
    ...traits,
    usage: { item_type: TYPES[item as 'file1'] ?? 'Project', provider_id: item === 'prep1' ? 'socarxiv' : 'osf' },
  });
  const download: UsageTraits = { labels: ['download', 'web'], page: null };
  await record(app, [
    use('proj1', '2026-08-30T09:00'),
    use('proj1', '2026-10-10T09:00'),
    use('prep1', '2026-10-11T09:00', download),
    ...Array.from({ length: 20 }, (_, day) => use('proj1', `2026-11-${String(day + 1).padStart(2, '0')}T14:00`)),
    use('file1', '2026-11-20T15:00'),
    use('file1', '2026-11-20T15:30', download),
    use('prep1', '2026-11-21T10:00'),
    use('prep1', '2026-11-22T10:00', download),
    { item: 'priv1', at: '2026-11-21T10:00:00Z', usage: { item_public: false } },
  ]);
}

/** Moderation steps and reports about an institution. */
export async function fillReports(app: TestApp): Promise<void> {
  const repository = app.nest.get(MetricsRepository);
  const months = ['2026-06', '2026-07', '2026-09', '2026-10'];
  await repository.saveReports([
    ...months.map((month, index) =>
      institutionSummary(month, 'uni', {
        user_count: 120 + 9 * index,
        monthly_logged_in_user_count: 60 + 7 * index,
        monthly_active_user_count: 40 + 3 * index,
        storage_byte_count: 4_300_000_000 + 70_000_000 * index,
      }),
    ),
    institutionalUser('2026-10', 'ada01', { department_name: 'Mathematics', storage_byte_count: 2_400_000_000 }),
    institutionalUser('2026-10', 'bob02', { user_name: HEBREW, department_name: 'Law', storage_byte_count: 7_100_000 }),
    institutionalUser('2026-10', 'cyd03', { user_name: HOSTILE, orcid_id: null, storage_byte_count: 0 }),
  ]);
  const triggers = { submit: 'pending', accept_submission: 'accepted', reject_submission: 'rejected' };
  await repository.recordModerations(
    months.flatMap((month, index) =>
      Object.entries(triggers).flatMap(([trigger, to_state], kind) =>
        Array.from({ length: 3 + 2 * index - kind }, (_, number) =>
          Object.assign(new RegistriesModeration(), {
            ...STEP,
            timestamp: new Date(`${month}-1${kind}T10:00:00Z`),
            provider_id: number % 2 === 0 ? 'osf' : 'egap',
            registration_id: `reg${number}`,
            trigger,
            to_state,
            comment: kind === 2 ? 'Not a registration' : null,
          }),
        ),
      ),
    ),
  );
  await repository.refresh();
}
