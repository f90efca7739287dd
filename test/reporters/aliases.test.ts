import { requestRun } from '../support/reporter-runs.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';

/** The names of the OSF's own reporters, and the ids of the same reporters here. */
const OSF_NAMES = [
  ['download_count', 'download_count'],
  ['institution_summary', 'institution_summary'],
  ['new_user_domain', 'new_user_domains'],
  ['node_count', 'node_summary'],
  ['osfstorage_file_count', 'osfstorage_file_count'],
  ['preprint_count', 'preprint_summary'],
  ['storage_addon_usage', 'storage_addon_usage'],
  ['user_count', 'user_summary'],
  ['spam_count', 'spam_summary'],
  ['institutional_users', 'institutional_users'],
  ['institutional_summary', 'institution_summary_monthly'],
  ['item_usage', 'public_item_usage'],
  ['private_spam_metrics', 'private_spam_metrics'],
] as const;

describe("the names of the OSF's own reporters", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(async () => await app.stop());

  it.each(OSF_NAMES)('%s runs %s', async (name, id) => {
    const isMonthly = /^(spam|institutional|item|private)/.test(name);
    for (const alias of [name, name.toUpperCase(), name.replaceAll('_', '-')]) {
      const response = await requestRun(app, alias, isMonthly ? '2026-10' : '2026-11-23');
      const body = (await response.json()) as { data?: { attributes: { reporter: string } }; errors?: unknown };
      // Without the OSF's database, most reporters are unavailable.
      if (response.status === 202) expect(body.data?.attributes.reporter).toBe(id);
      else expect([response.status, JSON.stringify(body.errors)]).toEqual([409, expect.stringContaining(`${id} is`)]);
    }
  });

  it('filter runs', async () => {
    const { data } = await app.json<{ data: { attributes: { reporter: string } }[] }>(
      'reporters/runs/?filter[reporter]=item-usage',
      { key: ADMIN_KEY },
    );
    expect(new Set(data.map(({ attributes }) => attributes.reporter))).toEqual(new Set(['public_item_usage']));
  });
});
