/** The headers that clients of the OSF send, as their HTTP code sets them. */
export const FRONT_END = 'https://osf.io';
export const ADMIN_FRONT_END = 'https://admin.osf.io';

const cookies = { Cookie: 'osf=a-session; api-csrf=csrf-token' };

/** angular-osf sets `Content-Type` on every request, GET too. */
export const ANGULAR_HEADERS = {
  ...cookies,
  Origin: FRONT_END,
  Accept: 'application/vnd.api+json;version=2.20',
  'Content-Type': 'application/vnd.api+json',
  'X-CSRFToken': 'csrf-token',
};

export const EMBER_HEADERS = {
  ...cookies,
  Origin: FRONT_END,
  Accept: 'application/vnd.api+json; version=2.20',
  'X-CSRFToken': 'csrf-token',
};

/** The legacy website, through jQuery. */
export const LEGACY_HEADERS = {
  ...cookies,
  Origin: FRONT_END,
  Accept: 'application/json, text/javascript, */*; q=0.01',
  'Content-Type': 'application/json',
  'X-CSRFToken': 'csrf-token',
};

/** The admin dashboard uses `$.get`, without cookies. */
export const ADMIN_DASHBOARD_HEADERS = { Origin: ADMIN_FRONT_END, Accept: '*/*' };

/** A link to a download, opened in a new tab. */
export const DOWNLOAD_HEADERS = {
  ...cookies,
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
};

/** The value that jQuery passes on: it parses every body whose type mentions JSON, and fails for an empty one. */
export async function readLikeJquery(response: Response): Promise<unknown> {
  const body = await response.text();
  return /\bjson\b/.test(response.headers.get('Content-Type') ?? '') ? (JSON.parse(body) as unknown) : body;
}

/** The node_analytics document, as far as the front ends read it. */
export interface NodeAnalyticsDocument {
  data: {
    id: string;
    type: string;
    attributes: {
      unique_visits: { date: string; count: number }[];
      time_of_day: { hour: number; count: number }[];
      referer_domain: { referer_domain: string; count: number }[];
      popular_pages: { path: string; title: string; count: number }[];
    };
  };
}
