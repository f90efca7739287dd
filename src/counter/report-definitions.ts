import { ITEM_DATA_TYPES, PLATFORM_DATA_TYPES } from './data-types.js';
import type { Release } from './release.js';

/** The columns by which counts are split or by which an item is described, in COUNTER's order. */
export const ATTRIBUTES = [
  'Authors',
  'Publication_Date',
  'Article_Version',
  'Data_Type',
  'YOP',
  'Access_Type',
  'Access_Method',
] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

/** Filters with a list of values. */
export type ListFilter = 'Metric_Type' | 'Data_Type' | 'Access_Type' | 'Access_Method';

export type ReportId = 'PR' | 'PR_P1' | 'IR' | 'IR_A1';

/** A report of one release. A Standard View is a full report with fixed filters and attributes. */
export interface ReportDefinition {
  readonly id: ReportId;
  readonly release: Release;
  readonly name: string;
  readonly description: string;
  readonly subject: 'platform' | 'items';
  /** The values that filters may have, in COUNTER's order. */
  readonly metricTypes: readonly string[];
  readonly dataTypes: readonly string[];
  /** The columns that are always shown, and those shown on request, in COUNTER's order. */
  readonly shown: readonly Attribute[];
  readonly showable: readonly Attribute[];
  /** The filters of a Standard View, in the order of its header. */
  readonly view?: Partial<Record<ListFilter, readonly string[]>>;
}

const ITEM_METRICS = [
  'Total_Item_Investigations',
  'Total_Item_Requests',
  'Unique_Item_Investigations',
  'Unique_Item_Requests',
];
const PLATFORM_METRICS = ['Searches_Platform', ...ITEM_METRICS, 'Unique_Title_Investigations', 'Unique_Title_Requests'];
const PR_P1_FILTERS = {
  Metric_Type: ['Searches_Platform', 'Total_Item_Requests', 'Unique_Item_Requests', 'Unique_Title_Requests'],
  Access_Method: ['Regular'],
};

/** Every report that the service offers. The host type Repository requires them (Code of Practice 5.1, table 4.a). */
export const REPORTS: readonly ReportDefinition[] = [
  {
    id: 'PR',
    release: '5.1',
    name: 'Platform Report',
    description: 'Searches, investigations and requests of the platform',
    subject: 'platform',
    metricTypes: PLATFORM_METRICS,
    dataTypes: PLATFORM_DATA_TYPES['5.1'],
    shown: ['Data_Type'],
    showable: ['Access_Method'],
  },
  {
    id: 'PR_P1',
    release: '5.1',
    name: 'Platform Usage',
    description: 'Searches and requests of the platform',
    subject: 'platform',
    metricTypes: PLATFORM_METRICS,
    dataTypes: PLATFORM_DATA_TYPES['5.1'],
    shown: ['Data_Type'],
    showable: [],
    view: PR_P1_FILTERS,
  },
  {
    id: 'IR',
    release: '5.1',
    name: 'Item Report',
    description: 'Investigations and requests of each item',
    subject: 'items',
    metricTypes: [...ITEM_METRICS, 'Limit_Exceeded', 'No_License'],
    dataTypes: ITEM_DATA_TYPES['5.1'],
    shown: ['Data_Type'],
    showable: ATTRIBUTES.filter((each) => each !== 'Data_Type'),
  },
  {
    id: 'IR_A1',
    release: '5.1',
    name: 'Journal Article Requests',
    description: 'Requests of each article',
    subject: 'items',
    metricTypes: ITEM_METRICS,
    dataTypes: ITEM_DATA_TYPES['5.1'],
    shown: ['Authors', 'Publication_Date', 'Article_Version', 'Access_Type'],
    showable: [],
    view: {
      Metric_Type: ['Total_Item_Requests', 'Unique_Item_Requests'],
      Data_Type: ['Article'],
      Access_Method: ['Regular'],
    },
  },
  {
    id: 'PR',
    release: '5',
    name: 'Platform Master Report',
    description: 'Searches, investigations and requests of the platform',
    subject: 'platform',
    metricTypes: PLATFORM_METRICS,
    dataTypes: PLATFORM_DATA_TYPES['5'],
    shown: [],
    showable: ['Data_Type', 'Access_Method'],
  },
  {
    id: 'PR_P1',
    release: '5',
    name: 'Platform Usage',
    description: 'Searches and requests of the platform',
    subject: 'platform',
    metricTypes: PLATFORM_METRICS,
    dataTypes: PLATFORM_DATA_TYPES['5'],
    shown: [],
    showable: [],
    view: PR_P1_FILTERS,
  },
  {
    id: 'IR',
    release: '5',
    name: 'Item Master Report',
    description: 'Investigations and requests of each item',
    subject: 'items',
    metricTypes: [...ITEM_METRICS, 'Limit_Exceeded', 'No_License'],
    dataTypes: ITEM_DATA_TYPES['5'],
    shown: [],
    showable: ATTRIBUTES,
  },
];

/** The report of a release by its id, in any case; undefined if it is not offered. */
export function findReport(release: Release, id: string): ReportDefinition | undefined {
  return REPORTS.find((each) => each.release === release && each.id === id.toUpperCase());
}
