import type { ItemType } from '../model/counted-auth-usage.js';
import type { Release } from './release.js';

/** The Data_Type of searches, which belong to no item. */
export const PLATFORM_DATA_TYPE = 'Platform';

/** The Data_Types that filters of item reports may have, in COUNTER's order. */
export const ITEM_DATA_TYPES: Record<Release, readonly string[]> = {
  '5': [
    'Article',
    'Book',
    'Book_Segment',
    'Dataset',
    'Journal',
    'Multimedia',
    'Newspaper_or_Newsletter',
    'Other',
    'Report',
    'Repository_Item',
    'Thesis_or_Dissertation',
    'Unspecified',
  ],
  '5.1': [
    'Article',
    'Audiovisual',
    'Book_Segment',
    'Conference_Item',
    'Database_Full_Item',
    'Dataset',
    'Image',
    'Interactive_Resource',
    'Multimedia',
    'News_Item',
    'Other',
    'Patent',
    'Reference_Item',
    'Report',
    'Software',
    'Sound',
    'Standard',
    'Thesis_or_Dissertation',
    'Unspecified',
  ],
};

/** Platform reports also have the Data_Types of titles and databases. */
export const PLATFORM_DATA_TYPES: Record<Release, readonly string[]> = {
  '5': [...ITEM_DATA_TYPES['5'], 'Database', PLATFORM_DATA_TYPE].sort(),
  '5.1': [
    ...ITEM_DATA_TYPES['5.1'],
    'Book',
    'Conference',
    'Journal',
    'Newspaper_or_Newsletter',
    PLATFORM_DATA_TYPE,
    'Reference_Work',
  ].sort(),
};

/** Data_Types by DataCite's resource type, where it is known. Every other term has the value of `OTHER`. */
const OF_RESOURCE_TYPE: Record<Release, Readonly<Record<string, string>>> = {
  '5': { Dataset: 'Dataset', Report: 'Report', Dissertation: 'Thesis_or_Dissertation' },
  '5.1': {
    Audiovisual: 'Audiovisual',
    Book: 'Book_Segment',
    BookChapter: 'Book_Segment',
    ComputationalNotebook: 'Software',
    ConferencePaper: 'Conference_Item',
    DataPaper: 'Article',
    Dataset: 'Dataset',
    Dissertation: 'Thesis_or_Dissertation',
    Image: 'Image',
    InteractiveResource: 'Interactive_Resource',
    JournalArticle: 'Article',
    Preprint: 'Article',
    Report: 'Report',
    Software: 'Software',
    Sound: 'Sound',
    Standard: 'Standard',
  },
};

const OTHER: Record<Release, string> = { '5': 'Repository_Item', '5.1': 'Other' };

/** Data_Types of items whose authors did not state what they are. */
const OF_ITEM_TYPE: Record<Release, Readonly<Partial<Record<ItemType, string>>>> = {
  '5': { File: 'Dataset', Preprint: 'Repository_Item' },
  // COUNTER's definition of an Article includes preprints.
  '5.1': { File: 'Dataset', Preprint: 'Article' },
};

/** What is known of the kind of an item. */
export interface ItemKind {
  readonly item_type: ItemType | null;
  readonly resource_type: string | null;
}

/** COUNTER's Data_Type of an item (Code of Practice 5.1, section 3.3.2). */
export function dataTypeOf({ item_type, resource_type }: ItemKind, release: Release): string {
  if (resource_type !== null) return OF_RESOURCE_TYPE[release][resource_type] ?? OTHER[release];
  if (item_type === null) return 'Unspecified';
  return OF_ITEM_TYPE[release][item_type] ?? OTHER[release];
}
