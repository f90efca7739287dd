import { SHORT_HASH_LENGTH } from '../../model/short-hash.js';
import { SQL_ITEM_HASH, sqlHashOf } from './lookup-hash.js';

/**
 * Create the tables of usages and leases. At start, a file of an older version runs those that it lacks. Never change a
 * released migration. Declared fields need none: see `addUsageColumns` and `DeclaredTable`.
 */
export const MIGRATIONS: readonly string[] = [
  // The fields that usages of an item share, stored once for each distinct combination.
  `create table usage_contexts (
     context_id integer not null,
     fingerprint varchar not null,
     platform_iri varchar not null,
     database_iri varchar,
     item_iri varchar,
     item_osfid varchar,
     item_type varchar,
     item_public boolean not null,
     provider_id varchar not null,
     within_iris varchar[] not null
   );`,

  // No key and no index, because they slow down small durable writes. DuckDB finds a usage by the zone maps of usage_id.
  `create table usages_recent (
     usage_id bigint not null,
     timestamp timestamp not null,
     context_id integer not null,
     sessionhour_id varchar not null,
     user_is_authenticated boolean not null,
     action_labels utinyint not null,
     click_span_ms integer not null,
     page_url varchar,
     page_title varchar,
     referer_url varchar,
     route_name varchar,
     page_path varchar,
     referer_domain varchar
   );`,

  // See cluster-usages.ts. The root of a context never changes, because its usages are found by it.
  `create table usages_settled as select *, 0::integer as root_id from usages_recent limit 0;
   create table usage_context_roots (context_id integer not null, root_id integer not null);
   create table usage_settled_within (context_id integer not null, iri varchar not null);
   create view usage_context_within as
     select * from usage_settled_within
     union all
     select context_id, unnest(within_iris) from usage_contexts
     where context_id > (select coalesce(max(context_id), 0) from usage_settled_within);
   create view usages as select * from usages_recent union all select * exclude (root_id) from usages_settled;`,

  `create table leases (name varchar primary key, holder varchar not null, expires_at timestamp not null);`,

  // All versions of a preprint share the IRI without a version: see `toUnversionedIri`.
  `create temp macro unversioned(iri) as regexp_replace(iri, '/([A-Za-z0-9]{5,})_v[0-9]+$', '/\\1');
   update usage_contexts set
     item_iri = unversioned(item_iri),
     within_iris = list_sort(list_distinct(list_transform(within_iris, iri -> unversioned(iri))))
   where starts_with(item_iri, platform_iri) and regexp_matches(concat_ws(' ', item_iri, within_iris), '_v[0-9]+');
   update usage_settled_within set iri = unversioned(iri) where regexp_matches(iri, '_v[0-9]+$');
   drop macro unversioned;`,

  // URLs are stored without user information, query and fragment: see `toStoredUrl`. A random hash keeps usages of different
  // URLs apart. The referer keeps its path where it is on the site of the page.
  `alter table usages_recent add column if not exists page_url_hash varchar;
   alter table usages_settled add column if not exists page_url_hash varchar;
   create or replace view usages as
     select * from usages_recent union all by name select * exclude (root_id) from usages_settled;
   create temp macro without_user(url) as regexp_replace(url, '^(https?://)[^/?#]*@', '\\1', 'i');
   create temp macro without_query(url) as regexp_replace(without_user(url), '[?#].*', '', 's');
   create temp macro origin_of(url) as nullif(regexp_extract(without_user(url), '^https?://[^/?#]*', 0, 'i'), '');
   create temp macro stored_referer(url, page_url) as
     if(lower(origin_of(url)) = lower(origin_of(page_url)), without_query(url), origin_of(url));
   create temp macro stored_hash(url) as if(
     regexp_matches(url, '[?]|#[/!]|^https?://[^/?#]*@'),
     substr(replace(gen_random_uuid()::varchar, '-', ''), 1, ${SHORT_HASH_LENGTH}),
     null
   );
   update usages_recent set
     page_url = without_query(page_url),
     page_url_hash = stored_hash(page_url),
     referer_url = stored_referer(referer_url, page_url)
   where page_url is distinct from without_query(page_url)
     or referer_url is distinct from stored_referer(referer_url, page_url);
   -- An update of all rows would need more memory than the store has.
   create table usages_cleaned as
     select * replace (
       without_query(page_url) as page_url,
       stored_hash(page_url) as page_url_hash,
       stored_referer(referer_url, page_url) as referer_url
     ) from usages_settled;
   drop table usages_settled;
   alter table usages_cleaned rename to usages_settled;
   drop macro stored_hash;
   drop macro stored_referer; drop macro origin_of; drop macro without_query; drop macro without_user;`,

  // Items are looked up by the hash of their IRI: see `sqlHashOf`.
  `create table usage_hashed_within as
     select context_id, iri, ${sqlHashOf('iri')} as iri_hash from usage_settled_within;
   drop table usage_settled_within;
   alter table usage_hashed_within rename to usage_settled_within;
   create or replace view usage_context_within as
     select * from usage_settled_within
     union all
     select context_id, iri, ${sqlHashOf('iri')} from (
       select context_id, unnest(within_iris) as iri from usage_contexts
       where context_id > (select coalesce(max(context_id), 0) from usage_settled_within)
     );`,

  // A lookup reads one table: joins with usage_contexts and usage_context_roots take three times as long.
  `create table usage_located_within as
     select context_id, iri, iri_hash, item_iri, item_public, root_id
     from usage_settled_within
     join usage_contexts using (context_id)
     join usage_context_roots using (context_id);
   drop table usage_settled_within;
   alter table usage_located_within rename to usage_settled_within;
   create or replace view usage_context_within as
     select * from usage_settled_within
     union all
     select context_id, iri, ${sqlHashOf('iri')}, item_iri, item_public, root_id
     from (
       select context_id, unnest(within_iris) as iri, item_iri, item_public from usage_contexts
       where context_id > (select coalesce(max(context_id), 0) from usage_settled_within)
     ) left join usage_context_roots using (context_id);`,

  // See usage-days.ts. A migration that changes usages must delete the rows of usage_days.
  `create table usage_days (date date not null);
   create table usage_day_items (
     date date not null,
     context_id integer not null,
     view_count uinteger not null,
     view_session_count uinteger not null,
     download_count uinteger not null,
     download_session_count uinteger not null
   );
   create table usage_day_sums (
     date date not null,
     provider_id varchar not null,
     item_type varchar,
     view_count uinteger not null,
     view_session_count uinteger not null,
     download_count uinteger not null,
     download_session_count uinteger not null,
     item_count uinteger not null
   );
   create table usage_day_groups (
     date date not null,
     selection varchar not null,
     dimension varchar not null,
     key varchar not null,
     usages uinteger not null,
     visits uinteger not null
   );`,

  // See journal-position.ts.
  `create table journal_position (store_id varchar not null, last_usage_id bigint not null);
   insert into journal_position select gen_random_uuid()::varchar, coalesce(max(usage_id), 0) from usages;`,

  // Sums and rankings read numbers instead of IRIs.
  `create table usage_contexts_with_hash as select *, ${SQL_ITEM_HASH} as item_hash from usage_contexts;
   drop table usage_contexts;
   alter table usage_contexts_with_hash rename to usage_contexts;`,
];

/** The number of the last migration that removes private data. An older file is written anew, so that none stays in it. */
export const LAST_PRIVACY_MIGRATION = 6;
