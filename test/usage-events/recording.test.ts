import { jest } from '@jest/globals';
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

  it('stores what is said of it, and what follows from that', async () => {
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
          page_title: 'OSF | Files',
          referer_url: 'https://search.example.org:8443/?q=x',
          route_name: 'angular-osf-web.files',
          page_path: '/abc12/files',
          referer_domain: 'search.example.org:8443',
          hour_of_day: 12,
        },
      },
    ]);
  });

  it('takes from the catalog what the item is, and everything that it stands within', async () => {
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

  it('does not believe a browser that an item is public', async () => {
    await register(app, 'abc12', { public: false, provider_iri: 'https://osf.io/registries' });
    await send(app, aPageview({ item_public: true, provider_id: 'egap' }));
    expect(await stored(app)).toMatchObject([
      { item_public: false, provider_id: 'egap', database_iri: 'https://osf.io/registries' },
    ]);
  });

  it.each<[string, unknown]>([
    ['of the bare attributes', aPageview().data.attributes],
    ['with nulls for what it lacks', aPageview({ client_session_id: null, provider_id: null })],
    ['with an empty referer', aPageview({ pageview_info: { page_url: 'https://osf.io/abc12', referer_url: '' } })],
    ['without a page', aPageview({ pageview_info: null })],
    ['of a search page, without an item', aPageview({ item_guid: null, action_labels: ['web', 'search'] })],
    ['of a search page that leaves the item out', aPageview({ item_guid: undefined, action_labels: ['search'] })],
    ['of a page on this machine', aPageview({ pageview_info: { page_url: 'http://localhost:4200/abc12?x=1#y' } })],
    ['of a page with an international address', aPageview({ pageview_info: { page_url: 'https://bücher.example/é' } })],
    ['with more than is asked for', aPageview({ item_public: true, whatever: { a: 1 } })],
  ])('takes a usage %s', async (_what, body) => {
    expect(await send(app, body)).toBe(201);
    expect(await stored(app)).toHaveLength(1);
  });

  it('takes application/json too, and an address without a slash at its end', async () => {
    const headers = { 'Content-Type': 'application/json; charset=utf-8' };
    const response = await app.request('events/counted_usage', { body: aPageview(), headers });
    expect(response.status).toBe(201);
  });

  it.each(['', 'Googlebot/2.1 (+http://www.google.com/bot.html)', 'curl/8.5.0', 'python-requests/2.32'])(
    'does not count %p, a robot',
    async (userAgent) => {
      expect(await send(app, aPageview(), { headers: { 'User-Agent': userAgent } })).toBe(204);
      expect(await stored(app)).toEqual([]);
    },
  );

  it('counts a program that comes with a token', async () => {
    const headers = { 'User-Agent': 'python-requests/2.32', Authorization: 'Bearer of-somebody' };
    expect(await send(app, aPageview({ action_labels: ['api', 'download'] }), { headers })).toBe(201);
  });

  it('does not count people who may read the item, or one that the page is about', async () => {
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

  it('says 503, and stores nothing, when the store cannot take it; and goes on when it can again', async () => {
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

  it('says 500, and nothing private, when something of ours is wrong', async () => {
    jest.spyOn(app.nest.get(MetricsRepository), 'recordUsages').mockRejectedValueOnce(new Error('secret'));
    const response = await app.request(COUNTED_USAGE, { body: aPageview() });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });
});

describe('when more usages come than can be stored', () => {
  let app: TestApp;
  afterEach(async () => {
    jest.restoreAllMocks();
    await app.stop();
  });

  it('answers 503 above the limit of the queue, and stores all that it answers with 201', async () => {
    app = await TestApp.start({ RECORDING_QUEUE_LIMIT: '20' });
    const repository = app.nest.get(MetricsRepository);
    const recordUsages = repository.recordUsages.bind(repository);
    let goOn = (): void => undefined;
    const aRefusal = new Promise<void>((resolve) => (goOn = resolve));
    jest.spyOn(repository, 'recordUsages').mockImplementation(async (usages) => {
      await aRefusal;
      return await recordUsages(usages);
    });
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const status = await send(app, aPageview({ client_session_id: `visitor ${index}` }));
        if (status === 503) goOn();
        return status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([201, 503]));
    expect(await stored(app)).toHaveLength(statuses.filter((status) => status === 201).length);
  });
});
