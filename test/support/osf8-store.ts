import { randomUUID } from 'node:crypto';
import { Client, type estypes } from '@elastic/elasticsearch';
import type { Report } from '../../src/model/report.js';
import { reportTypeOf } from '../../src/model/report-type.js';
import { toResource } from '../../src/reports/report-resource.js';
import { elasticsearchUrl } from './elasticsearch.js';

type Properties = Record<string, estypes.MappingProperty>;

function ofType(type: 'keyword' | 'integer' | 'long' | 'boolean' | 'date', names: string): Properties {
  return Object.fromEntries(names.split(' ').map((name) => [name, { type }]));
}

function groups(names: string, properties: Properties): Properties {
  return Object.fromEntries(names.split(' ').map((name) => [name, { type: 'object', properties }]));
}

// The OSF uses the type `version` for these two; the test server does not support it.
const timeparts = ofType('keyword', 'timeseries_timeparts');
const cycle = { ...timeparts, ...ofType('keyword', 'cycle_coverage'), ...ofType('date', 'created') };
const month = { type: 'date', format: 'strict_year_month' } as const;

const total = ofType('integer', 'total total_daily');
const files = ofType('integer', 'total public private total_daily public_daily private_daily');
const nodes = { ...files, ...ofType('integer', 'total_excluding_spam total_daily_excluding_spam') };
const registrations = ofType(
  'integer',
  'total public embargoed embargoed_v2 withdrawn total_daily public_daily embargoed_daily embargoed_v2_daily withdrawn_daily',
);
const summary = {
  ...groups('nodes projects', nodes),
  ...groups('registered_nodes registered_projects', registrations),
};
const itemCounts = 'view_count view_session_count download_count download_session_count';
const affiliated =
  'public_project_count private_project_count public_registration_count embargoed_registration_count published_preprint_count';

/** The fields of the OSF's report classes, without cycle and time. */
const FIELDS: Record<string, Properties> = {
  DailyDownloadCountReport: ofType('integer', 'daily_file_downloads'),
  DailyInstitutionSummaryReport: {
    ...ofType('keyword', 'institution_id institution_name'),
    ...groups('users', total),
    ...summary,
  },
  DailyNewUserDomainReport: { ...ofType('keyword', 'domain_name'), ...ofType('integer', 'new_user_count') },
  DailyNodeSummaryReport: summary,
  DailyOsfstorageFileCountReport: groups('files', files),
  DailyPreprintSummaryReport: { ...ofType('keyword', 'provider_key'), ...ofType('integer', 'preprint_count') },
  DailyStorageAddonUsageReport: {
    usage_by_addon: {
      type: 'nested',
      properties: {
        ...ofType('keyword', 'addon_shortname'),
        ...groups('enabled_usersettings linked_usersettings deleted_usersettings usersetting_links', total),
        ...groups('connected_nodesettings disconnected_nodesettings deleted_nodesettings', total),
      },
    },
  },
  DailyUserSummaryReport: ofType(
    'integer',
    'active deactivated merged new_users_daily new_users_with_institution_daily unconfirmed',
  ),
  MonthlySpamSummaryReport: {
    ...ofType('integer', 'node_confirmed_spam node_confirmed_ham node_flagged'),
    ...ofType('integer', 'registration_confirmed_spam registration_confirmed_ham registration_flagged'),
    ...ofType('integer', 'preprint_confirmed_spam preprint_confirmed_ham preprint_flagged'),
    ...ofType('integer', 'user_marked_as_spam user_marked_as_ham'),
  },
  MonthlyPublicItemUsageReport: {
    ...ofType('keyword', 'item_iri item_osfids item_types platform_iris database_iris provider_ids'),
    ...ofType('long', `${itemCounts} cumulative_${itemCounts.replaceAll(' ', ' cumulative_')}`),
  },
  MonthlyInstitutionalUserReport: {
    ...ofType('keyword', 'institution_id user_id user_name department_name orcid_id'),
    month_last_login: month,
    month_last_active: month,
    account_creation_date: month,
    ...ofType('integer', affiliated),
    ...ofType('long', 'public_file_count storage_byte_count'),
  },
  MonthlyInstitutionSummaryReport: {
    ...ofType('keyword', 'institution_id'),
    ...ofType('integer', `user_count ${affiliated}`),
    ...ofType('long', 'storage_byte_count public_file_count monthly_logged_in_user_count monthly_active_user_count'),
  },
  MonthlyPrivateSpamMetricsReport: {
    ...ofType('integer', 'node_oopspam_flagged node_oopspam_hammed node_akismet_flagged node_akismet_hammed'),
    ...ofType('integer', 'preprint_oopspam_flagged preprint_oopspam_hammed'),
    ...ofType('integer', 'preprint_akismet_flagged preprint_akismet_hammed'),
  },
};

const EVENTS: Record<string, Properties> = {
  RegistriesModerationEvent: ofType(
    'keyword',
    'registration_id provider_id trigger from_state to_state user_id comment',
  ),
  OsfCountedUsageEvent: {
    ...ofType('keyword', 'platform_iri database_iri item_iri sessionhour_id within_iris item_osfid item_type'),
    ...ofType('keyword', 'provider_id action_labels'),
    ...ofType('boolean', 'item_public user_is_authenticated'),
    pageview_info: {
      type: 'object',
      properties: {
        ...ofType('keyword', 'referer_url page_url page_title page_path referer_domain'),
        ...ofType('integer', 'hour_of_day'),
        route_name: { type: 'keyword', fields: { by_prefix: { type: 'text', analyzer: 'route_prefix_analyzer' } } },
      },
    },
  },
};

const ANALYSIS: estypes.IndicesIndexSettingsAnalysis = {
  analyzer: { route_prefix_analyzer: { type: 'custom', tokenizer: 'route_prefix_tokenizer' } },
  tokenizer: { route_prefix_tokenizer: { type: 'path_hierarchy', delimiter: '.' } },
};

export type Osf8Document = Record<string, unknown>;

/** The OSF's Elasticsearch 8, with the templates of `osf.metrics` and django-elasticsearch-metrics (2026.0.6). */
export class Osf8Store {
  readonly url = elasticsearchUrl ?? 'http://localhost:9200';
  /** Prefix of the index names. */
  readonly prefix = `test-${randomUUID()}-`;
  private readonly client = new Client({ node: this.url });

  private constructor() {}

  static async create(): Promise<Osf8Store> {
    const store = new Osf8Store();
    for (const [name, fields] of Object.entries({ ...FIELDS, ...EVENTS })) {
      const time = name in FIELDS ? cycle : { ...timeparts, ...ofType('date', 'timestamp') };
      await store.client.indices.putIndexTemplate({
        name: `${store.prefix}osf_${name.toLowerCase()}__template`,
        index_patterns: [`${store.prefix}osf_${name.toLowerCase()}_*`],
        template: {
          mappings: { properties: { ...fields, ...time } },
          ...(name === 'OsfCountedUsageEvent' ? { settings: { analysis: ANALYSIS } } : {}),
        },
      });
    }
    return store;
  }

  /** Stores reports in one index per year, like the OSF. */
  async saveReports(reports: readonly Report[]): Promise<void> {
    const stored = reports.map((report) => {
      const { cycleField, reportClass } = reportTypeOf(report);
      const attributes = JSON.parse(JSON.stringify(toResource(report).attributes)) as Osf8Document;
      const { [cycleField]: reported, timestamp, ...fields } = attributes;
      const coverage = coverageOf(String(reported));
      const time = { created: timestamp, cycle_coverage: coverage, timeseries_timeparts: coverage };
      return { index: indexOf(reportClass.name, coverage, 1), document: { ...fields, ...time } };
    });
    await this.save(stored);
  }

  /** Stores events in one index per month, like the OSF. */
  async saveEvents(
    name: 'OsfCountedUsageEvent' | 'RegistriesModerationEvent',
    events: readonly Osf8Document[],
  ): Promise<void> {
    const days = events.map(({ timestamp }) => coverageOf(String(timestamp).slice(0, 10)));
    await this.save(events.map((document, position) => ({ index: indexOf(name, days[position] ?? '', 2), document })));
  }

  /** Stores documents in the given indexes, without their empty values. */
  async save(documents: readonly { index: string; document: Osf8Document }[]): Promise<void> {
    const { errors, items } = await this.client.bulk({
      refresh: true,
      operations: documents.flatMap(({ index, document }) => [
        { index: { _index: `${this.prefix}${index}` } },
        Object.fromEntries(Object.entries(document).filter(([, value]) => !isEmpty(value))),
      ]),
    });
    if (errors) throw new Error(JSON.stringify(items.find(({ index }) => index?.error)));
  }

  async remove(): Promise<void> {
    const names = Object.keys(await this.client.indices.get({ index: `${this.prefix}*` }));
    if (names.length > 0) await this.client.indices.delete({ index: names });
    await this.client.indices.deleteIndexTemplate({ name: `${this.prefix}*` });
    await this.client.close();
  }
}

/** The name of an index: `osf_dailydownloadcountreport_2026.` at depth 1. */
function indexOf(name: string, coverage: string, depth: number): string {
  return `osf_${name.toLowerCase()}_${coverage.split('.').slice(0, depth).join('.')}.`;
}

/** Converts `2026-07-09` to `2026.7.9`. */
function coverageOf(day: string): string {
  return day.split('-').map(Number).join('.');
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
