import type { ItemType } from '../../model/counted-auth-usage.js';
import type { DemoRandom } from './demo-random.js';

/** An item of the demo, as it is registered. */
export interface DemoItem {
  readonly guid: string;
  readonly item_type: ItemType;
  readonly public: boolean;
  readonly provider_id: string;
  readonly title: string;
  readonly parent_guid: string | null;
  readonly authors: readonly { readonly name: string }[];
  readonly doi: string | null;
  readonly publication_date: string;
}

const TOPICS = ['sleep', 'memory', 'reading', 'climate anxiety', 'open peer review', 'coral reefs', 'urban noise'];
const FORMS = ['A replication of studies on', 'Teaching', 'Twelve years of', 'Measuring', 'A meta-analysis of'];
const PLACES = ['in schools', 'in older adults', 'across 14 countries', 'in the wild', 'after the pandemic'];
const AUTHORS = ['Ada Obi', 'Bo Lindqvist', 'Chiara Conti', 'Dao Nguyen', 'Eero Salo', 'Fatima Zahra'];
const PREPRINT_PROVIDERS = ['psyarxiv', 'socarxiv', 'edarxiv'];
/** The prefix 10.5555 is for examples. */
const WITH_DOI: readonly ItemType[] = ['Preprint', 'Registration'];
const FILES = ['data.csv', 'analysis.R', 'codebook.pdf', 'stimuli.zip'];

/** Projects with components and files, registrations and preprints. */
export function createDemoItems(count: number, random: DemoRandom): DemoItem[] {
  const items: DemoItem[] = [];
  type Fields = Pick<DemoItem, 'item_type' | 'provider_id' | 'title' | 'parent_guid'> & { readonly public?: boolean };
  const add = (item: Fields): string => {
    const guid = `demo${(items.length + 1).toString(36).padStart(4, '0')}`;
    const authors = [...new Set([random.pick(AUTHORS), random.pick(AUTHORS)])].map((name) => ({ name }));
    const doi = WITH_DOI.includes(item.item_type) ? `10.5555/demo.${guid}` : null;
    const publication_date = `${2019 + (items.length % 7)}-${String(1 + (items.length % 12)).padStart(2, '0')}-15`;
    items.push({ public: true, authors, doi, publication_date, ...item, guid });
    return guid;
  };
  const titles = createTitles(random);
  let titled = 0;
  const title = (): string => titles[titled++ % titles.length] as string;
  while (items.length < count) {
    const kind = random.next();
    if (kind < 0.25) {
      const provider_id = random.pick(PREPRINT_PROVIDERS);
      const preprint = add({ item_type: 'Preprint', provider_id, title: title(), parent_guid: null });
      add({ item_type: 'File', provider_id: 'osfstorage', title: 'manuscript.pdf', parent_guid: preprint });
    } else if (kind < 0.4) {
      add({ item_type: 'Registration', provider_id: 'osf', title: title(), parent_guid: null });
    } else {
      const name = title();
      // The first items are used most, and everyone shall see them.
      const isPublic = items.length < 10 || random.next() < 0.9;
      const project = add({
        item_type: 'Project',
        provider_id: 'osf',
        title: name,
        parent_guid: null,
        public: isPublic,
      });
      const materials = { provider_id: 'osf', title: `Materials: ${name}`, parent_guid: project, public: isPublic };
      const component = add({ item_type: 'ProjectComponent', ...materials });
      for (const file of FILES.slice(0, 1 + random.below(FILES.length))) {
        const parent_guid = random.next() < 0.5 ? project : component;
        add({ item_type: 'File', provider_id: 'osfstorage', title: file, parent_guid, public: isPublic });
      }
    }
  }
  return items.slice(0, count);
}

/** Every title once, in random order. */
function createTitles(random: DemoRandom): string[] {
  const titles = FORMS.flatMap((form) =>
    TOPICS.flatMap((topic) => PLACES.map((place) => ({ title: `${form} ${topic} ${place}`, rank: random.next() }))),
  );
  return titles.sort((a, b) => a.rank - b.rank).map(({ title }) => title);
}
