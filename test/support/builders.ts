import { CountedAuthUsage, PageviewInfo } from '../../src/model/counted-auth-usage.js';
import type { NewUsage } from '../../src/storage/metrics.repository.js';

/** The fields of a usage that matter to a test. The others are those of a view of a public project. */
export interface UsageTraits {
  readonly at?: string | Date;
  /** The guid of the item; null for a search. */
  readonly item?: string | null;
  /** The guids of its ancestors. */
  readonly within?: readonly string[];
  readonly session?: string;
  readonly labels?: CountedAuthUsage['action_labels'];
  readonly page?: Partial<PageviewInfo> | null;
  readonly usage?: Partial<CountedAuthUsage>;
}

export function iriOf(guid: string): string {
  return `https://osf.io/${guid}`;
}

export function aUsage(traits: UsageTraits = {}): CountedAuthUsage {
  const {
    at = '2026-11-10T12:00:00Z',
    item = 'abc12',
    within = [],
    session = 'session',
    labels = ['view', 'web'],
  } = traits;
  const timestamp = new Date(at);
  return Object.assign(new CountedAuthUsage(), {
    timestamp,
    platform_iri: 'https://osf.io/',
    database_iri: null,
    item_iri: item === null ? null : iriOf(item),
    item_osfid: item,
    item_type: item === null ? null : 'Project',
    item_public: true,
    provider_id: 'osf',
    within_iris: (item === null ? [] : [item, ...within]).map(iriOf).sort(),
    sessionhour_id: session,
    user_is_authenticated: false,
    action_labels: labels,
    pageview_info: traits.page ? aPage(timestamp, traits.page) : null,
    ...traits.usage,
  });
}

/** The usage as the store receives it. */
export function toRecord(traits: UsageTraits, adjacentSessions: NewUsage['adjacentSessions'] = []): NewUsage {
  return { usage: aUsage(traits), adjacentSessions };
}

function aPage(timestamp: Date, page: Partial<PageviewInfo>): PageviewInfo {
  return Object.assign(new PageviewInfo(), {
    page_url: 'https://osf.io/abc12',
    page_url_hash: null,
    page_title: null,
    referer_url: null,
    route_name: null,
    page_path: '/abc12',
    referer_domain: null,
    hour_of_day: timestamp.getUTCHours(),
    ...page,
  });
}

/** The fields of a moderation step, except its timestamp and comment. */
export const STEP = {
  registration_id: 'reg01',
  provider_id: 'osf',
  trigger: 'submit',
  from_state: 'initial',
  to_state: 'pending',
  user_id: 'mod01',
};
