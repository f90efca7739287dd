import { randomBytes } from 'node:crypto';
import { CountedAuthUsage, PageviewInfo } from '../dist/model/counted-auth-usage.js';
import { Item } from '../dist/model/item.js';

const FILES_PER_PROJECT = 9;
const BATCH = 2_000;
const ITEMS_PER_BATCH = 10_000;

/** The guid of the n-th item. Of every ten items, the first is a project and the others are files in it. */
export function guidOf(item) {
  return `i${item.toString(36).padStart(5, '0')}`;
}

/** Registers the first `count` items as public ones. */
export async function registerItems(repository, count) {
  const unknown = { iri: null, item_type: null, provider_id: null, provider_iri: null, parent_guid: null };
  for (let first = 0; first < count; first += ITEMS_PER_BATCH) {
    const length = Math.min(ITEMS_PER_BATCH, count - first);
    const guids = Array.from({ length }, (_, index) => guidOf(first + index));
    await repository.saveItems(guids.map((guid) => Object.assign(new Item(), { ...unknown, guid, public: true })));
  }
}

/** Draws an item. Low numbers are drawn more often, because the popularity of items is unequal. */
export function drawItem(items) {
  return Math.floor(Math.random() ** 3 * items);
}

/** Creates a usage with texts of realistic length. */
export function createUsage(item, timestamp) {
  const project = item - (item % (FILES_PER_PROJECT + 1));
  const [guid, projectGuid] = [guidOf(item), guidOf(project)];
  const iri = `https://osf.io/${guid}`;
  const hour = timestamp.getUTCHours();
  return Object.assign(new CountedAuthUsage(), {
    timestamp,
    platform_iri: 'https://osf.io/',
    database_iri: null,
    item_iri: iri,
    item_osfid: guid,
    item_type: item === project ? 'Project' : 'File',
    item_public: true,
    provider_id: 'osf',
    within_iris: item === project ? [iri] : [iri, `https://osf.io/${projectGuid}`].sort(),
    sessionhour_id: randomBytes(16).toString('base64url'),
    user_is_authenticated: item % 4 === 0,
    action_labels: Math.random() < 0.2 ? ['download', 'web'] : ['view', 'web'],
    pageview_info: Object.assign(new PageviewInfo(), {
      page_url: `${iri}/files?view=${hour}`,
      page_title: `OSF | The title of item ${item}`,
      referer_url: `https://www.example${item % 50}.org/search?q=${item}`,
      route_name: 'angular-osf-web.node.files',
      page_path: `/${guid}/files`,
      referer_domain: `www.example${item % 50}.org`,
      hour_of_day: hour,
    }),
  });
}

/** Records `count` usages of `items` items through the port, spread evenly over the time range, `writers` batches at a time. */
export async function fill(repository, { count, items, start, end, writers }) {
  const step = (end.getTime() - start.getTime()) / count;
  let next = 0;
  const write = async () => {
    while (next < count) {
      const first = next;
      next += BATCH;
      const batch = [];
      for (let index = first; index < Math.min(first + BATCH, count); index++) {
        const usage = createUsage(drawItem(items), new Date(start.getTime() + index * step));
        batch.push({ usage, adjacentSessions: [] });
      }
      await repository.recordUsages(batch);
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
}
