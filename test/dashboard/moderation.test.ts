import { parse } from 'csv-parse/sync';
import { RegistriesModeration } from '../../src/model/registries-moderation.js';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { STEP } from '../support/builders.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';
import { readTable } from './read-table.js';

const HOSTILE = '<b>provider</b>';

describe('the page of moderation', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, '2026-11-24T12:00:00Z');
    const step = (month: string, fields: Partial<RegistriesModeration>): RegistriesModeration =>
      Object.assign(new RegistriesModeration(), {
        ...STEP,
        timestamp: new Date(`${month}-05T10:00:00Z`),
        comment: null,
        ...fields,
      });
    await app.nest
      .get(MetricsRepository)
      .recordModerations([
        step('2026-09', {}),
        step('2026-09', { registration_id: 'reg02' }),
        step('2026-11', { trigger: 'accept_submission', to_state: 'embargo', comment: 'fine' }),
        step('2026-11', { trigger: 'reject_submission', to_state: 'rejected' }),
        step('2026-10', { provider_id: HOSTILE }),
        step('2024-01', { provider_id: 'old' }),
      ]);
  });
  afterAll(async () => await app.stop());

  const show = async (query = ''): Promise<string> =>
    await (await app.request(`dashboard/moderation/${query}`, { key: ADMIN_KEY })).text();

  it('shows the steps of the last 12 months by month', async () => {
    const rows = readTable(await show(), 'Moderation by month');
    expect(rows[0]).toEqual(['Month', 'Submitted', 'Accepted', 'Rejected']);
    expect(rows.slice(-3)).toEqual([
      ['September 2026', '2', '0', '0'],
      ['October 2026', '1', '0', '0'],
      ['November 2026 (so far)', '0', '1', '1'],
    ]);
    expect(rows).toHaveLength(13);
  });

  it('shows the providers as the API counts them', async () => {
    const page = await show('?range=all');
    const rows = readTable(page, 'Moderation by provider').slice(1);
    const { buckets } = await app.json<{ buckets: Record<string, { doc_count: number }>[] }>(
      'registries_moderation/transitions/',
      { key: ADMIN_KEY },
    );
    expect(rows.map((cells) => cells.slice(1))).toEqual(
      buckets.map((bucket) => {
        const count = (name: string): number => bucket[name]?.doc_count ?? 0;
        return [
          count('transitions_with_comments') + count('transitions_without_comments'),
          count('submissions'),
          count('accepted_with_embargo') + count('accepted_without_embargo'),
          count('accepted_with_embargo'),
          count('rejected'),
          count('withdrawn'),
          count('transitions_with_comments'),
        ].map(String);
      }),
    );
    expect(rows[0]?.[0]).toBe('osf');
    expect(page).toContain('&lt;b&gt;provider&lt;/b&gt;');
    expect(page).not.toContain(HOSTILE);
  });

  it('links to the figures as CSV', async () => {
    const [, href = ''] = /href="\.\.\/\.\.\/(query\/moderation\/[^"]*)"/.exec(await show()) ?? [];
    const response = await app.request(href.replaceAll('&amp;', '&'), { key: ADMIN_KEY });
    const rows = parse<Record<string, string>>(await response.text(), { bom: true, columns: true });
    expect(rows.map(({ provider_id, month, submissions }) => [provider_id, month, submissions])).toEqual([
      ['osf', '2026-09', '2'],
      ['osf', '2026-11', '0'],
      [HOSTILE, '2026-10', '1'],
    ]);
  });

  it('says when there are no steps', async () => {
    expect((await show('?from=2020-01-01&to=2020-01-31')).match(/No moderation steps in this period\./g)).toHaveLength(
      2,
    );
  });

  it.each([
    ['', undefined, 401],
    ['', TRUSTED_KEY, 403],
    ['?range=7x', ADMIN_KEY, 400],
    ['?from=2027-01-01', ADMIN_KEY, 400],
  ])('returns a page that says what is wrong: %s', async (query, key, status) => {
    const response = await app.request(`dashboard/moderation/${query}`, { key });
    expect([response.status, response.headers.get('Content-Type')]).toEqual([status, 'text/html; charset=utf-8']);
  });
});
