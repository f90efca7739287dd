import { ANGULAR_HEADERS, FRONT_END, type NodeAnalyticsDocument } from '../support/osf-clients.js';
import { record } from '../support/reporter-runs.js';
import { COUNTED_USAGE, register, stored } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

const headers = ANGULAR_HEADERS;

/** angular-osf's analytics mapper and the charts of its analytics component. */
function toCharts({ data }: NodeAnalyticsDocument) {
  const { unique_visits, time_of_day, referer_domain, popular_pages } = data.attributes;
  return {
    key: data.id,
    type: data.type,
    visitLabels: unique_visits.map(({ date }) => new Date(date).toUTCString().slice(5, 11)),
    visits: unique_visits.map(({ count }) => count),
    hours: time_of_day.map(({ hour }) => hour.toString()),
    referrers: referer_domain.map(({ referer_domain: domain, count }) => [domain, count]),
    pages: popular_pages.map(({ path, title, count }) => [toPageLabel(path, title), count]),
  };
}

function toPageLabel(path: string, title: string): string {
  const cleaned = (title === 'OSF' ? 'Home' : title.replace(/^OSF \| /, ''))
    .replace(/&amp;/g, '&')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>');
  const segment = (path.split('/')[2] ?? 'overview').replaceAll('-', ' ');
  return cleaned.toLowerCase().endsWith(segment) ? cleaned : `${cleaned} | ${segment}`;
}

describe('angular-osf', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({ CORS_ORIGINS: FRONT_END }, '2026-08-02T12:00:00Z');
  });
  afterEach(async () => await app.stop());

  describe('analytics service', () => {
    function pageview(pageviewInfo: object = {}): object {
      const pageview_info = {
        page_url: 'https://osf.io/abc12/files',
        page_title: 'OSF | A study',
        referer_url: '',
        route_name: 'angular-osf-web.nodes.abc12.files',
        ...pageviewInfo,
      };
      const attributes = { item_guid: 'abc12', action_labels: ['web', 'view'], pageview_info };
      return { data: { type: 'counted-usage', attributes } };
    }

    it('is allowed to send a usage with credentials', async () => {
      const response = await app.request(COUNTED_USAGE, {
        method: 'OPTIONS',
        headers: {
          Origin: FRONT_END,
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': 'accept,content-type,x-csrftoken,x-throttle-token',
        },
      });
      expect(response.status).toBe(204);
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe(FRONT_END);
      expect(response.headers.get('Access-Control-Allow-Credentials')).toBe('true');
      expect(response.headers.get('Access-Control-Allow-Methods')).toContain('POST');
      for (const name of ['accept', 'content-type', 'x-csrftoken', 'x-throttle-token']) {
        expect(response.headers.get('Access-Control-Allow-Headers')).toContain(name);
      }
    });

    it('gets an empty response for a usage, whatever its cookie', async () => {
      await register(app, 'abc12');
      const response = await app.request(COUNTED_USAGE, { body: pageview(), headers });
      expect([response.status, await response.text()]).toEqual([201, '']);
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe(FRONT_END);
      expect(await stored(app)).toMatchObject([
        { item_osfid: 'abc12', item_public: true, user_is_authenticated: false },
      ]);
    });

    it('gets the detail that it shows for a page without an address, as rendered on the server', async () => {
      const response = await app.request(COUNTED_USAGE, { body: pageview({ page_url: '' }), headers });
      expect(response.status).toBe(400);
      const { errors } = (await response.json()) as { errors: { detail: string }[] };
      expect(typeof errors[0]?.detail).toBe('string');
    });
  });

  describe('analytics page', () => {
    async function charts(range: string): Promise<ReturnType<typeof toCharts>> {
      const response = await app.request(`query/node_analytics/abc12/${range}/`, { headers });
      expect(response.status).toBe(200);
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe(FRONT_END);
      return toCharts((await response.json()) as NodeAnalyticsDocument);
    }

    it('draws its charts', async () => {
      await register(app, 'abc12', { title: 'A study' });
      const files = { page_url: 'https://osf.io/abc12/files' };
      const referrer = { referer_url: 'https://www.google.com/' };
      await record(app, [
        { at: '2026-07-30T09:00:00Z', session: 'a', page: { ...files, page_title: 'OSF | A study', ...referrer } },
        { at: '2026-08-01T11:00:00Z', session: 'b', page: { ...files, page_title: 'OSF | A study' } },
        { at: '2026-08-01T11:00:00Z', session: 'c', page: { page_title: 'OSF | A &amp; B' } },
      ]);
      expect(await charts('week')).toEqual({
        key: 'abc12:week',
        type: 'node-analytics',
        visitLabels: ['30 Jul', '31 Jul', '01 Aug'],
        visits: [1, 0, 2],
        hours: ['11', '9'],
        referrers: [['www.google.com', 1]],
        pages: [
          ['A study | files', 2],
          ['A & B | overview', 1],
        ],
      });
    });

    it('draws pages without a title, a route or a path', async () => {
      await register(app, 'abc12', { title: 'A study' });
      await record(app, [
        { at: '2026-08-01T11:00:00Z', session: 'a', page: {} },
        { at: '2026-08-01T11:00:00Z', session: 'b', page: { page_url: 'https://osf.io/' } },
      ]);
      expect((await charts('fortnight')).pages.sort()).toEqual([
        ['A study | overview', 1],
        ['A study | overview', 1],
      ]);
    });

    it.each(['week', 'fortnight', 'month'])('draws empty charts without usage: %s', async (range) => {
      await register(app, 'abc12');
      const empty = { visitLabels: [], visits: [], hours: [], referrers: [], pages: [] };
      expect(await charts(range)).toEqual({ key: `abc12:${range}`, type: 'node-analytics', ...empty });
    });

    it('works with a view-only link', async () => {
      await register(app, 'abc12');
      const response = await app.request('query/node_analytics/abc12/week/?view_only=0123abcd', { headers });
      expect(response.status).toBe(200);
    });
  });
});
