import { hashApiKey } from '../../src/config/api-key.js';
import { register } from '../support/send-usage.js';
import { ADMIN_KEY, API_KEYS, TestApp, TRUSTED_KEY } from '../support/test-app.js';

interface Item {
  readonly data: { readonly id: string; readonly attributes: Record<string, unknown> };
}

describe('registered items', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(() => app.stop());

  const put = async (guid: string, body: object): Promise<Response> =>
    await app.request(`items/${guid}`, { method: 'PUT', body, key: TRUSTED_KEY });
  const find = async (guid: string): Promise<Item> => await app.json<Item>(`items/${guid}`, { key: ADMIN_KEY });

  it('replace an earlier registration', async () => {
    expect((await put('abc12', { public: true, title: 'A study', parent_guid: 'def34' })).status).toBe(200);
    expect((await put('abc12', { public: false })).status).toBe(200);
    expect((await find('abc12')).data).toMatchObject({
      id: 'abc12',
      attributes: { guid: 'abc12', public: false, title: null, parent_guid: null },
    });
  });

  it('return 400 when the body names another guid than the path', async () => {
    const document = (id: string, guid?: string): object => ({
      data: { type: 'items', id, attributes: { public: true, guid } },
    });
    expect((await put('abc12', document('abc12'))).status).toBe(200);
    expect((await put('abc12', document('abc12', 'abc12'))).status).toBe(200);
    for (const body of [document('other'), document('abc12', 'other'), { public: true, guid: 'other' }]) {
      const response = await put('abc12', body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        errors: [{ detail: 'the request also contains another guid: "other"' }],
      });
    }
  });

  it('can be registered in a batch, named by resource id or guid', async () => {
    const body = {
      data: [
        { type: 'items', id: 'abc12', attributes: { public: true } },
        { type: 'items', id: 'abc12', attributes: { public: true, guid: 'other' } },
        { guid: 'def34', public: true },
        { public: true },
      ],
    };
    const { data } = await app.json<{ data: { status: string }[] }>('items/batch', { body, key: TRUSTED_KEY });
    expect(data.map(({ status }) => status)).toEqual(['saved', 'rejected', 'saved', 'rejected']);
    expect((await find('abc12')).data.id).toBe('abc12');
  });
});

describe('the scope items:read', () => {
  it.each(['items/', 'items/abc12'])('is required to read %s; usage:write does not include it', async (path) => {
    const reader = `reader=items:read=${hashApiKey('reader-key')}`;
    const app = await TestApp.start({ METRICS_API_KEYS: `${API_KEYS},${reader}` });
    await app.json('items/abc12', { method: 'PUT', body: { public: false, title: 'Private' }, key: TRUSTED_KEY });
    const statuses = await Promise.all(
      [undefined, TRUSTED_KEY, 'reader-key', ADMIN_KEY].map(async (key) => {
        const { status } = await app.request(path, key === undefined ? {} : { key });
        return status;
      }),
    );
    expect(statuses).toEqual([401, 403, 200, 200]);
    await app.stop();
  });
});

describe('an item, without a key', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await register(app, 'proj1', { item_type: 'Project', title: 'A study', provider_id: 'osf', doi: '10.1/x' });
    await register(app, 'priv1', { public: false, title: 'A secret' });
    await register(app, 'file1', { item_type: 'File', title: 'data.csv', parent_guid: 'proj1' });
    await register(app, 'file2', { item_type: 'File', parent_guid: 'priv1' });
    await register(app, 'user1', { item_type: 'Agent', title: 'Ada' });
  });
  afterAll(() => app.stop());

  const describeItem = async (guid: string): Promise<Record<string, unknown>> =>
    (await app.json<Item>(`items/${guid}`)).data.attributes;

  it('is described by type, title and provider if it is public', async () => {
    const response = await app.request('items/proj1');
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=60');
    expect(await response.json()).toEqual({
      data: {
        type: 'items',
        id: 'proj1',
        attributes: {
          guid: 'proj1',
          iri: 'https://osf.io/proj1',
          item_type: 'Project',
          public: true,
          provider_id: 'osf',
          provider_iri: null,
          parent_guid: null,
          title: 'A study',
        },
      },
    });
  });

  it('names its parent only if that is public', async () => {
    expect(await describeItem('file1')).toMatchObject({ title: 'data.csv', parent_guid: 'proj1' });
    expect(await describeItem('file2')).toMatchObject({ title: null, parent_guid: null });
  });

  it('is described with a key that lacks the scope, too', async () => {
    expect((await app.request('items/proj1', { key: TRUSTED_KEY })).status).toBe(200);
  });

  it('returns the same 401 whether it is private, unknown or a user', async () => {
    const responses = await Promise.all(['priv1', 'none1', 'user1'].map((guid) => app.request(`items/${guid}`)));
    expect(responses.map(({ status }) => status)).toEqual([401, 401, 401]);
    const [first, ...others] = (await Promise.all(responses.map((response) => response.json()))) as {
      errors: { detail: string }[];
    }[];
    for (const other of others) expect(other.errors[0]?.detail).toBe(first?.errors[0]?.detail);
  });
});

describe('an endpoint without query parameters', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.json('items/abc12', { method: 'PUT', body: { public: true }, key: TRUSTED_KEY });
  });
  afterAll(() => app.stop());

  it.each([
    'reports/?format=csv',
    'items/abc12?format=csv',
    'reporters/runs/7?format=csv',
    'registries_moderation/transitions/?format=csv',
  ])('returns 400 for %s, naming the parameter', async (path) => {
    const response = await app.request(path, { key: ADMIN_KEY });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ source: { parameter: 'format' } }] });
  });
});
