import type { UsageTraits } from '../support/builders.js';
import { record } from '../support/reporter-runs.js';
import { register } from '../support/send-usage.js';
import { ADMIN_KEY, type RequestOptions, TestApp } from '../support/test-app.js';

interface ItemsDocument {
  readonly data: { readonly id: string; readonly attributes: Record<string, unknown> }[];
}

describe('the items within an item', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await register(app, 'proj1', { item_type: 'Project' });
    await register(app, 'comp1', { item_type: 'ProjectComponent', parent_guid: 'proj1', title: 'A component' });
    await register(app, 'file1', { item_type: 'File', parent_guid: 'comp1', title: 'data.csv' });
    await register(app, 'file2', { item_type: 'File', parent_guid: 'proj1', title: 'now private', public: false });
    await register(app, 'other', { item_type: 'Project', title: 'Another project' });
    await register(app, 'priv1', { item_type: 'Project', public: false });
    const use = (item: string, at: string, visitor: string, traits: UsageTraits = {}): UsageTraits => ({
      item,
      at: `${at}:00Z`,
      session: `${at.slice(0, 13)} ${visitor}`,
      ...traits,
    });
    const download = { labels: ['download', 'web'] } as const satisfies UsageTraits;
    const ofFile = { within: ['comp1', 'proj1'] };
    await record(app, [
      use('proj1', '2026-11-20T10:00', 'a'),
      use('comp1', '2026-11-20T10:00', 'a', { within: ['proj1'] }),
      use('comp1', '2026-11-20T10:10', 'a', { within: ['proj1'] }),
      use('file1', '2026-11-20T10:20', 'a', ofFile),
      use('file1', '2026-11-21T10:00', 'a', { ...ofFile, ...download }),
      use('file1', '2026-11-21T10:10', 'a', { ...ofFile, ...download }),
      use('file1', '2026-11-21T10:10', 'b', { ...ofFile, ...download }),
      use('file1', '2025-01-01T10:00', 'a', { ...ofFile, ...download }),
      use('file2', '2026-11-21T10:00', 'a', { within: ['proj1'] }),
      use('other', '2026-11-21T10:00', 'a'),
    ]);
  });
  afterAll(async () => await app.stop());

  const list = async (query = '', options: RequestOptions = {}): Promise<ItemsDocument['data']> =>
    (await app.json<ItemsDocument>(`query/item_usage/proj1/within/${query}`, options)).data;
  const ids = async (query: string, options: RequestOptions = {}): Promise<string[]> =>
    (await list(query, options)).map(({ id }) => id);

  it('are listed with the usage of each item itself, most viewed first', async () => {
    expect(await list()).toEqual([
      {
        id: 'comp1',
        type: 'item-within-usage',
        attributes: {
          item_iri: 'https://osf.io/comp1',
          title: 'A component',
          view_count: 2,
          view_session_count: 1,
          download_count: 0,
          download_session_count: 0,
        },
      },
      {
        id: 'file1',
        type: 'item-within-usage',
        attributes: {
          item_iri: 'https://osf.io/file1',
          title: 'data.csv',
          view_count: 1,
          view_session_count: 1,
          download_count: 3,
          download_session_count: 2,
        },
      },
    ]);
  });

  it('are ordered by downloads on request, and limited to a range and a number', async () => {
    expect(await ids('?sort=-download_count')).toEqual(['file1', 'comp1']);
    expect(await ids('?sort=-download_count&page[size]=1')).toEqual(['file1']);
    expect(await ids('?start_date=2026-11-21')).toEqual(['file1']);
    const [file] = await list('?start_date=2025-01-01&sort=-download_count');
    expect(file?.attributes['download_count']).toBe(4);
  });

  it('include items that are not public only for their readers, whose response is private', async () => {
    expect(await ids('', { key: ADMIN_KEY })).toEqual(['comp1', 'file1', 'file2']);
    const response = await app.request('query/item_usage/proj1/within/', { key: ADMIN_KEY });
    expect(response.headers.get('Cache-Control')).toBe('private, no-store');
    const whole = await app.request('query/item_usage/comp1/within/');
    expect(whole.headers.get('Cache-Control')).toBe('public, max-age=60');
  });

  it.each([
    ['nope1/within/', 404],
    ['priv1/within/', 401],
    ['proj1/within/?sort=view_count', 400],
    ['proj1/within/?page[size]=101', 400],
    ['proj1/within/?period=daily', 400],
  ])('%s returns %i', async (path, status) => {
    expect((await app.request(`query/item_usage/${path}`)).status).toBe(status);
  });
});
