import { Identity } from '../../src/items/identity.js';
import { MetricsRepository, StoreUnavailableError } from '../../src/storage/metrics.repository.js';
import { aPageview, COUNTED_USAGE, register, send, stored } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

describe('recording a usage', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await app.stop();
  });

  it('stores the usage with the fields that derive from it', async () => {
    const response = await app.request(COUNTED_USAGE, { body: aPageview() });
    expect([response.status, await response.text()]).toEqual([201, '']);
    expect(await stored(app)).toEqual([
      {
        timestamp: '2026-11-24T12:00:00.000Z',
        platform_iri: 'https://osf.io/',
        database_iri: null,
        item_iri: 'https://osf.io/abc12',
        item_osfid: 'abc12',
        item_type: null,
        item_public: false,
        provider_id: 'osf',
        within_iris: ['https://osf.io/abc12'],
        sessionhour_id: expect.stringMatching(/^[\w-]{22}$/) as string,
        user_is_authenticated: false,
        action_labels: ['view', 'web'],
        pageview_info: {
          page_url: 'https://osf.io/abc12/files/',
          page_url_hash: null,
          page_title: 'OSF | Files',
          referer_url: 'https://search.example.org:8443',
          route_name: 'angular-osf-web.files',
          page_path: '/abc12/files',
          referer_domain: 'search.example.org:8443',
          hour_of_day: 12,
        },
      },
    ]);
  });

  it('adds the type, provider and ancestors of the item from the catalog', async () => {
    await register(app, 'fil34', { item_type: 'File', provider_id: 'osfstorage', parent_guid: 'com34' });
    await register(app, 'com34', { item_type: 'ProjectComponent', parent_guid: 'abc12' });
    await register(app, 'abc12', { item_type: 'Project', iri: 'https://example.org/abc12', parent_guid: 'com34' });
    expect(await send(app, aPageview({ item_guid: 'fil34', item_public: false }))).toBe(201);
    expect(await stored(app)).toMatchObject([
      {
        item_type: 'File',
        item_public: true,
        provider_id: 'osfstorage',
        database_iri: 'urn:files.osf.io:osfstorage',
        within_iris: ['https://example.org/abc12', 'https://osf.io/com34', 'https://osf.io/fil34'],
      },
    ]);
  });

  it('does not trust a browser about whether an item is public', async () => {
    await register(app, 'abc12', { public: false, provider_iri: 'https://osf.io/registries' });
    await send(app, aPageview({ item_public: true, provider_id: 'egap' }));
    expect(await stored(app)).toMatchObject([
      { item_public: false, provider_id: 'egap', database_iri: 'https://osf.io/registries' },
    ]);
  });

  it.each<[string, unknown]>([
    ['as bare attributes', aPageview().data.attributes],
    ['with null fields', aPageview({ client_session_id: null, provider_id: null })],
    ['with an empty referer', aPageview({ pageview_info: { page_url: 'https://osf.io/abc12', referer_url: '' } })],
    ['without a page', aPageview({ pageview_info: null })],
    ['of a search page, without an item', aPageview({ item_guid: null, action_labels: ['web', 'search'] })],
    ['of a search page, with undefined item', aPageview({ item_guid: undefined, action_labels: ['search'] })],
    ['of a page on localhost', aPageview({ pageview_info: { page_url: 'http://localhost:4200/abc12?x=1#y' } })],
    ['with unknown fields', aPageview({ item_public: true, whatever: { a: 1 } })],
  ])('records a usage %s', async (_what, body) => {
    expect(await send(app, body)).toBe(201);
    expect(await stored(app)).toHaveLength(1);
  });

  it('accepts application/json, and a path without a trailing slash', async () => {
    const headers = { 'Content-Type': 'application/json; charset=utf-8' };
    const response = await app.request('events/counted_usage', { body: aPageview(), headers });
    expect(response.status).toBe(201);
  });

  it.each(['', 'Googlebot/2.1 (+http://www.google.com/bot.html)', 'curl/8.5.0', 'python-requests/2.32'])(
    'skips the robot %p',
    async (userAgent) => {
      expect(await send(app, aPageview(), { headers: { 'User-Agent': userAgent } })).toBe(204);
      expect(await stored(app)).toEqual([]);
    },
  );

  it('counts an HTTP client with a token', async () => {
    const headers = { 'User-Agent': 'python-requests/2.32', Authorization: 'Bearer of-a-user' };
    expect(await send(app, aPageview({ action_labels: ['api', 'download'] }), { headers })).toBe(201);
  });

  it('skips contributors of the item, and of an item in the path of the page', async () => {
    const identity = app.nest.get(Identity);
    jest.spyOn(identity, 'findUser').mockResolvedValue({ id: 'ada' });
    const canRead = jest
      .spyOn(identity, 'canRead')
      .mockImplementation((_user, guids) => Promise.resolve(guids.includes('mine1')));
    expect(await send(app, aPageview({ item_guid: 'mine1' }))).toBe(204);
    const page = { page_url: 'https://osf.io/mine1/wiki' };
    expect(await send(app, aPageview({ item_guid: 'other', pageview_info: page }))).toBe(204);
    expect(await send(app, aPageview({ item_guid: 'other' }))).toBe(201);
    expect(await stored(app)).toMatchObject([{ item_osfid: 'other', user_is_authenticated: true }]);
    expect(canRead).toHaveBeenCalled();
  });

  it('returns 503 and stores nothing while the store is unavailable, and then recovers', async () => {
    const repository = app.nest.get(MetricsRepository);
    jest.spyOn(repository, 'recordUsages').mockRejectedValueOnce(new StoreUnavailableError('the disk is full'));
    const response = await app.request(COUNTED_USAGE, { body: aPageview() });
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '5']);
    expect(await response.json()).toEqual({
      errors: [expect.objectContaining({ status: '503', id: response.headers.get('X-Request-Id') })],
    });
    expect(await stored(app)).toEqual([]);
    expect(await send(app, aPageview())).toBe(201);
  });

  it('returns 500 without details for an internal error', async () => {
    jest.spyOn(app.nest.get(MetricsRepository), 'recordUsages').mockRejectedValueOnce(new Error('secret'));
    const response = await app.request(COUNTED_USAGE, { body: aPageview() });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });
});

describe('the recording queue', () => {
  let app: TestApp;
  afterEach(async () => {
    jest.restoreAllMocks();
    await app.stop();
  });

  it('returns 503 when it is full, and stores every usage that returns 201', async () => {
    app = await TestApp.start({ RECORDING_QUEUE_LIMIT: '20' });
    const repository = app.nest.get(MetricsRepository);
    const recordUsages = repository.recordUsages.bind(repository);
    let allowWrites = (): void => undefined;
    const firstRefusal = new Promise<void>((resolve) => (allowWrites = resolve));
    jest.spyOn(repository, 'recordUsages').mockImplementation(async (usages) => {
      await firstRefusal;
      return await recordUsages(usages);
    });
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const status = await send(app, aPageview({ client_session_id: `visitor ${index}` }));
        if (status === 503) allowWrites();
        return status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([201, 503]));
    expect(await stored(app)).toHaveLength(statuses.filter((status) => status === 201).length);
  });
});
