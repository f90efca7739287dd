import { createHash } from 'node:crypto';
import type { ItemType } from '../../model/counted-auth-usage.js';
import { itemIri } from '../../model/item.js';
import type { CalendarDate } from '../../time/calendar-date.js';
import type { DemoItem } from './demo-catalog.js';
import type { DemoRandom } from './demo-random.js';

const USAGES_PER_ITEM_AND_DAY = 1.2;
/** Weekdays from Sunday to Saturday. */
const WEEKDAY_FACTORS = [0.5, 1.1, 1.2, 1.2, 1.1, 1, 0.6];
const REFERRERS = [
  'https://www.google.com/',
  'https://scholar.google.com/',
  'https://doi.org/',
  'https://bsky.app/',
  '',
];
/** The share of usages that are downloads, by type of item. */
const DOWNLOAD_SHARES: Readonly<Partial<Record<ItemType, number>>> = { File: 0.8, Preprint: 0.4 };
/** Searches for each usage of an item. */
const SEARCH_SHARE = 0.1;
const ROUTES = ['', 'files', 'wiki', 'analytics'];

/** The period of a demo; days count from its start. */
export interface DemoDays {
  readonly first: CalendarDate;
  readonly count: number;
}

/**
 * Plausible usages, day by day: more at the end than at the start, more on weekdays and during the day, and a few items
 * with most of the usage. They are complete, as in an export.
 */
export function* createDemoUsages(
  items: readonly DemoItem[],
  { first, count }: DemoDays,
  platformIri: string,
  random: DemoRandom,
): Iterable<object> {
  const parents = new Map(items.map(({ guid, parent_guid }) => [guid, parent_guid]));
  for (let day = 0; day < count; day += 1) {
    const date = first.plusDays(day);
    const growth = 0.5 + day / count;
    const weekday = WEEKDAY_FACTORS[date.start().getUTCDay()] ?? 1;
    const usages = random.around(items.length * USAGES_PER_ITEM_AND_DAY * growth * weekday);
    for (let index = 0; index < usages; index += 1) {
      const item = pickPopular(items, random);
      yield createUsage({ item, within: ancestorsOf(item.guid, parents), date, platformIri, random });
      if (random.next() < SEARCH_SHARE) yield createSearch(date, platformIri, random);
    }
  }
}

/** The first items are used most. */
function pickPopular(items: readonly DemoItem[], random: DemoRandom): DemoItem {
  return items[Math.floor(items.length * random.next() ** 2.5)] as DemoItem;
}

function ancestorsOf(guid: string, parents: ReadonlyMap<string, string | null>): string[] {
  const ancestors: string[] = [];
  for (let each: string | null | undefined = guid; each; each = parents.get(each)) ancestors.push(each);
  return ancestors;
}

interface DemoVisit {
  readonly item: DemoItem;
  readonly within: readonly string[];
  readonly date: CalendarDate;
  readonly platformIri: string;
  readonly random: DemoRandom;
}

function createUsage({ item, within, date, platformIri, random }: DemoVisit): object {
  const isDownload = random.next() < (DOWNLOAD_SHARES[item.item_type] ?? 0);
  const isApi = random.next() < 0.05;
  const iri = itemIri(platformIri, item.guid);
  const route = random.pick(ROUTES);
  return {
    ...createVisit(date, random),
    item_osfid: item.guid,
    item_iri: iri,
    item_type: item.item_type,
    item_public: item.public,
    provider_id: item.provider_id,
    platform_iri: platformIri,
    within_iris: within.map((guid) => itemIri(platformIri, guid)),
    action_labels: [isDownload ? 'download' : 'view', isApi ? 'api' : 'web'],
    pageview_info: isDownload || isApi ? null : createPage(iri, route, item.title, random),
  };
}

function createSearch(date: CalendarDate, platformIri: string, random: DemoRandom): object {
  return {
    ...createVisit(date, random),
    platform_iri: platformIri,
    action_labels: ['search', 'web'],
    pageview_info: { page_url: itemIri(platformIri, 'search'), page_title: 'OSF | Search' },
  };
}

/** When, and by which visitor. */
function createVisit(date: CalendarDate, random: DemoRandom): object {
  const hour = Math.min(23, Math.floor(8 + 14 * ((random.next() + random.next()) / 2)));
  const seconds = hour * 3_600 + random.below(3_600);
  const visitor = random.below(400);
  return {
    timestamp: new Date(date.start().getTime() + seconds * 1_000).toISOString(),
    user_is_authenticated: visitor % 4 === 0,
    sessionhour_id: createHash('sha256')
      .update(`${visitor} ${date.toString()} ${hour}`)
      .digest('base64url')
      .slice(0, 22),
  };
}

function createPage(iri: string, route: string, title: string, random: DemoRandom): object {
  return {
    page_url: route === '' ? iri : `${iri}/${route}`,
    page_title: `OSF | ${title}`,
    referer_url: random.pick(REFERRERS),
    route_name: `demo.${route === '' ? 'overview' : route}`,
  };
}
