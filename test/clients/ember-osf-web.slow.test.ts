import {
  EMBER_HEADERS,
  FRONT_END,
  LEGACY_HEADERS,
  type NodeAnalyticsDocument,
  readLikeJquery,
} from '../support/osf-clients.js';
import { record } from '../support/reporter-runs.js';
import { COUNTED_USAGE, register, send, stored } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

/** The charts of ember-osf-web's analytics page. */
function toCharts({ data }: NodeAnalyticsDocument) {
  const { unique_visits, time_of_day, referer_domain, popular_pages } = data.attributes;
  const titles = new Map<string, number>();
  for (const { title, count } of popular_pages) {
    const cleaned = title.replace(/^OSF \| /, '');
    titles.set(cleaned, (titles.get(cleaned) ?? 0) + count);
  }
  return {
    visits: unique_visits.reduce<Record<string, number>>((all, { date, count }) => ({ ...all, [date]: count }), {}),
    hours: time_of_day.reduce<Record<number, number>>((all, { hour, count }) => ({ ...all, [hour]: count }), {}),
    referrers: referer_domain.map(({ referer_domain: domain, count }) => ({ label: domain, count })),
    pages: [...titles].sort(([, one], [, other]) => other - one).slice(0, 10),
  };
}

describe('ember-osf-web', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({ CORS_ORIGINS: FRONT_END }, '2026-08-02T12:00:00Z');
  });
  afterEach(async () => await app.stop());

  it('draws the charts of its analytics page', async () => {
    await register(app, 'abc12', { title: 'A study' });
    await record(app, [
      { at: '2026-07-30T09:00:00Z', session: 'a', page: { page_title: 'OSF | A study' } },
      { at: '2026-08-01T11:00:00Z', session: 'b', page: { page_url: 'https://osf.io/abc12/files' } },
      {
        at: '2026-08-01T11:00:00Z',
        session: 'c',
        page: { page_url: 'https://osf.io/abc12/wiki', page_title: 'OSF | Wiki' },
      },
    ]);
    const response = await app.request('query/node_analytics/abc12/month/', { headers: EMBER_HEADERS });
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(FRONT_END);
    expect(toCharts((await readLikeJquery(response)) as NodeAnalyticsDocument)).toEqual({
      visits: { '2026-07-30': 1, '2026-07-31': 0, '2026-08-01': 2 },
      hours: { 9: 1, 11: 2 },
      referrers: [],
      pages: [
        ['A study', 2],
        ['Wiki', 1],
      ],
    });
  });

  const pageview_info = {
    page_url: 'https://osf.io/search?q=x',
    page_title: 'OSF | Search',
    referer_url: '',
    route_name: 'ember-osf-web.search',
  };
  const onItem = { ...pageview_info, page_url: 'https://osf.io/abc12/' };
  const client_session_id = '3f0b7a52-33ba-4c1e-8d4c-6a1d9d5e3b1f';

  it.each([
    ['a project', EMBER_HEADERS, { item_guid: 'abc12', action_labels: ['web', 'view'], client_session_id }, onItem],
    ['a search page', EMBER_HEADERS, { provider_id: 'osf', action_labels: ['web', 'search'] }, pageview_info],
    [
      'a search page with a null item',
      EMBER_HEADERS,
      { item_guid: null, action_labels: ['web', 'search'] },
      pageview_info,
    ],
    [
      'a page of the legacy website',
      LEGACY_HEADERS,
      { item_guid: 'abc12', item_public: true, client_session_id: null, action_labels: ['web', 'view'] },
      { ...onItem, route_name: null },
    ],
  ])('records %s, and gets a response that jQuery can read', async (_what, headers, attributes, info) => {
    const body = { data: { type: 'counted-usage', attributes: { ...attributes, pageview_info: info } } };
    const response = await app.request(COUNTED_USAGE, { body, headers });
    expect(response.status).toBe(201);
    expect(await readLikeJquery(response)).toBe('');
    expect(await stored(app)).toHaveLength(1);
  });

  it('does not decide whether an item is public', async () => {
    const attributes = { item_guid: 'prv12', item_public: true, action_labels: ['web', 'view'], pageview_info: onItem };
    expect(await send(app, { data: { type: 'counted-usage', attributes } }, { headers: LEGACY_HEADERS })).toBe(201);
    expect(await stored(app)).toMatchObject([{ item_public: false }]);
  });
});
