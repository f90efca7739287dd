import type { CountedAuthUsage } from '../../src/model/counted-auth-usage.js';
import { ADMIN_KEY, type RequestOptions, type TestApp, TRUSTED_KEY } from './test-app.js';

export const COUNTED_USAGE = 'events/counted_usage/';

/** The request body of a page view, as a browser sends it. */
export function aPageview(attributes: object = {}): { data: { type: string; attributes: Record<string, unknown> } } {
  return {
    data: {
      type: 'counted-usage',
      attributes: {
        item_guid: 'abc12',
        client_session_id: 'a-session',
        action_labels: ['web', 'view'],
        pageview_info: {
          page_url: 'https://osf.io/abc12/files/',
          page_title: 'OSF | Files',
          referer_url: 'https://search.example.org:8443/?q=x',
          route_name: 'angular-osf-web.files',
        },
        ...attributes,
      },
    },
  };
}

/** Sends a usage, and returns the HTTP status. */
export async function send(app: TestApp, body: unknown, options: RequestOptions = {}): Promise<number> {
  return (await app.request(COUNTED_USAGE, { body, ...options })).status;
}

/** Sends a batch as a trusted client, and returns the outcome of each line. */
export async function sendBatch(app: TestApp, usages: readonly object[]): Promise<{ status: string }[]> {
  const body = { data: usages };
  return (await app.json<{ data: { status: string }[] }>('events/counted_usage/batch', { body, key: TRUSTED_KEY }))
    .data;
}

/** Every stored usage, in order of time. */
export async function stored(app: TestApp): Promise<CountedAuthUsage[]> {
  const response = await app.request(COUNTED_USAGE, { key: ADMIN_KEY });
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as CountedAuthUsage);
}

/** Registers an item as a trusted client. */
export async function register(app: TestApp, guid: string, item: object = {}): Promise<void> {
  const body = { public: true, ...item };
  await app.json(`items/${guid}`, { method: 'PUT', body, key: TRUSTED_KEY });
}
