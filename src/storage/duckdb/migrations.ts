/**
 * What makes the tables of the usages, in order; a file that an older version left is brought up to date by those that
 * it lacks. A migration that was released is never changed. (Tables of reports and other declared records are made of
 * their declarations: see `declared-table.ts`.)
 */
export const MIGRATIONS: readonly string[] = [
  // A usage repeats most of what the catalog says of its item, so that stands once in a table of its own.
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

  // No key and no index: they are what makes durable small writes slow. A usage is found by the zone maps of usage_id.
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

  // See settle-usages.ts. The root of a context never changes, so that all of its usages are found by it.
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
];
