import type { UsageTraits } from '../support/builders.js';
import { record } from '../support/reporter-runs.js';
import { register } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

describe('a badge', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await register(app, 'proj1', { item_type: 'Project' });
    await register(app, 'file1', { item_type: 'File', parent_guid: 'proj1' });
    await register(app, 'empty', { item_type: 'Project' });
    await register(app, 'priv1', { item_type: 'Project', public: false });
    const view = (item: string, at: string, traits: UsageTraits = {}): UsageTraits => ({
      item,
      at,
      session: at,
      ...traits,
    });
    await record(app, [
      view('proj1', '2025-12-31T23:00:00Z'),
      view('proj1', '2026-10-01T10:00:00Z'),
      view('file1', '2026-11-02T10:00:00Z', { within: ['proj1'] }),
      view('proj1', '2026-11-03T10:00:00Z', { labels: ['download', 'web'] }),
      ...Array.from({ length: 1_250 }, (_, index) =>
        view('file1', new Date(Date.UTC(2026, 10, 4) + index * 60_000).toISOString(), {
          labels: ['download', 'web'],
          within: ['proj1'],
        }),
      ),
    ]);
  });
  afterAll(async () => await app.stop());

  it.each([
    ['proj1.svg', 'views: 3'],
    ['proj1.svg?period=year', 'views this year: 2'],
    ['proj1.svg?period=month', 'views this month: 1'],
    ['proj1.svg?metric=downloads', 'downloads: 1.3K'],
    ['file1.svg?metric=downloads&period=month', 'downloads this month: 1.3K'],
    ['empty.svg', 'views: 0'],
  ])('%s shows "%s"', async (path, text) => {
    const response = await app.request(`badge/${path}`);
    expect(response.headers.get('Content-Type')).toBe('image/svg+xml; charset=utf-8');
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=600');
    const svg = await response.text();
    expect(svg).toContain(`<title>${text}</title>`);
    expect(svg.includes('#8c959f')).toBe(text.endsWith(': 0'));
  });

  it('is returned for public items only', async () => {
    for (const guid of ['priv1', 'nope1']) {
      const response = await app.request(`badge/${guid}.svg`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ errors: [{ detail: `there is no public item ${guid}` }] });
    }
  });

  it.each(['metric=visits', 'period=day', 'color=red'])('returns 400 for %s', async (query) => {
    expect((await app.request(`badge/proj1.svg?${query}`)).status).toBe(400);
  });
});
