import { REFERENT_COLUMNS, WITH_REFERENTS } from './osf-referents.js';
import { mergeColumns } from './osf-schema.js';

/** An item as the OSF's database describes it. */
export interface OsfItemRow {
  /** The position of the guid in the parameters, starting at 1. */
  readonly ordinal: number;
  /** The Django model of the item: `abstractnode`, `preprint`, `basefilenode`, … */
  readonly kind: string;
  readonly version: number | null;
  /** `osf.node`, `osf.registration`, …; null for items that are not nodes. */
  readonly node_type: string | null;
  readonly is_component: boolean | null;
  readonly is_public: boolean;
  /** The guid that the OSF itself uses for a node or preprint, which may have several; null for other items. */
  readonly guid: string | null;
  /** From the parent to the root. */
  readonly ancestor_guids: readonly string[];
  /** The storage provider of a file. */
  readonly storage_provider: string | null;
  readonly provider_id: string | null;
  /** `osf.preprintprovider`, `osf.registrationprovider`, … */
  readonly provider_type: string | null;
  readonly provider_name: string | null;
  readonly title: string | null;
  /** What the authors say the item is: a term of DataCite's resourceTypeGeneral. */
  readonly resource_type: string | null;
  readonly doi: string | null;
  readonly authors: readonly { readonly name: string; readonly orcid_id: string | null }[] | null;
  /** YYYY-MM-DD, or a date of PostgreSQL such as `infinity` */
  readonly publication_date: string | null;
}

/**
 * Selects any number of items in one query. The condition for a public preprint is that of the OSF's
 * `Preprint.verified_publishable`, and for a user that of `OSFUser.is_public`. Nodes need no condition for spam and
 * embargoes: the OSF makes such nodes private.
 */
export const SELECT_ITEMS = `
${WITH_REFERENTS}
SELECT ordinal::int, kind, version, node.type AS node_type, node.root_id <> node.id AS is_component, storage_provider,
  items.deleted IS NULL AND CASE container_kind
    WHEN 'abstractnode' THEN node.is_public AND NOT node.is_deleted AND node.deleted IS NULL
    WHEN 'preprint' THEN preprint.is_published AND preprint.is_public AND preprint.machine_state <> 'initial'
      AND preprint.deleted IS NULL AND (preprint.date_withdrawn IS NULL OR preprint.ever_public)
      AND primary_file.deleted_on IS NULL AND primary_file.target_object_id = preprint.id
      AND primary_file_target.model = 'preprint'
    WHEN 'osfuser' THEN account.is_active AND account.allow_indexing IS DISTINCT FROM false
    END IS TRUE AS is_public,
  CASE kind WHEN 'abstractnode' THEN nodes.guids[1] WHEN 'preprint' THEN preprint_guid._id END AS guid,
  array_remove(CASE WHEN kind = 'abstractnode' THEN nodes.guids[2:] WHEN container_kind = 'abstractnode' THEN nodes.guids
    WHEN kind <> 'preprint' THEN ARRAY[preprint_guid._id] ELSE '{}' END::text[], NULL) AS ancestor_guids,
  provider._id AS provider_id, provider.type AS provider_type, provider.name AS provider_name,
  CASE kind WHEN 'abstractnode' THEN node.title WHEN 'preprint' THEN preprint.title ELSE items.name END AS title,
  (
    SELECT nullif(record.resource_type_general, '') FROM osf_guid guid
    JOIN osf_guidmetadatarecord record ON record.guid_id = guid.id
    WHERE guid.object_id = items.id AND guid.content_type_id = kind_id ORDER BY guid.created DESC LIMIT 1
  ) AS resource_type,
  CASE kind WHEN 'preprint' THEN (
    -- Each version of a preprint may have a DOI: that of the newest public version is the preprint's.
    SELECT identifier.value FROM osf_guidversionsthrough through
    JOIN osf_preprint published ON published.id = through.object_id AND published.is_public AND published.is_published
      AND published.deleted IS NULL AND published.machine_state <> 'initial'
    JOIN osf_identifier identifier ON identifier.object_id = published.id AND identifier.content_type_id = kind_id
      AND category = 'doi' AND identifier.deleted IS NULL
    WHERE through.guid_id = preprint_guid.id AND through.content_type_id = kind_id ORDER BY through.version DESC LIMIT 1
  ) ELSE (
    SELECT value FROM osf_identifier
    WHERE object_id = items.id AND content_type_id = kind_id AND category = 'doi' AND deleted IS NULL LIMIT 1
  ) END AS doi,
  (
    SELECT json_agg(json_build_object('name', fullname, 'orcid_id', (
        SELECT key FROM jsonb_each_text(CASE jsonb_typeof(external_identity -> 'ORCID') WHEN 'object'
          THEN external_identity -> 'ORCID' ELSE '{}' END)
        WHERE value = 'VERIFIED' LIMIT 1
      )) ORDER BY author._order, author.id)
    FROM (
      -- The authors of a file are those of the node or preprint that contains it.
      SELECT id, user_id, _order FROM osf_contributor
      WHERE container_kind = 'abstractnode' AND kind IN ('abstractnode', 'basefilenode') AND node_id = container_id AND visible
      UNION ALL
      SELECT id, user_id, _order FROM osf_preprintcontributor
      WHERE container_kind = 'preprint' AND kind IN ('preprint', 'basefilenode') AND preprint_id = container_id AND visible
    ) author
    JOIN osf_osfuser ON osf_osfuser.id = author.user_id
  ) AS authors,
  (CASE kind WHEN 'abstractnode' THEN coalesce(node.registered_date, node.created) WHEN 'preprint' THEN preprint.date_published
    WHEN 'basefilenode' THEN items.file_created END AT TIME ZONE 'UTC')::date AS publication_date
FROM items
LEFT JOIN LATERAL (
  WITH RECURSIVE ancestors (node_id, depth) AS (
    SELECT container_id, 0 WHERE container_kind = 'abstractnode'
    UNION
    SELECT parent_id, depth + 1 FROM ancestors
    JOIN osf_noderelation ON child_id = node_id AND NOT is_node_link
    WHERE depth < 100
  )
  SELECT array_agg((
    SELECT _id FROM osf_guid WHERE object_id = node_id AND content_type_id = node_kind.id ORDER BY created DESC LIMIT 1
  ) ORDER BY depth) AS guids
  FROM ancestors, django_content_type node_kind WHERE app_label = 'osf' AND model = 'abstractnode'
) nodes ON true
LEFT JOIN osf_abstractnode node ON container_kind = 'abstractnode' AND node.id = container_id
LEFT JOIN osf_preprint preprint ON container_kind = 'preprint' AND preprint.id = container_id
LEFT JOIN osf_osfuser account ON container_kind = 'osfuser' AND account.id = container_id
LEFT JOIN osf_basefilenode primary_file ON primary_file.id = preprint.primary_file_id
LEFT JOIN django_content_type primary_file_target ON primary_file_target.id = primary_file.target_content_type_id
LEFT JOIN LATERAL (
  SELECT base._id, base.id FROM osf_guidversionsthrough through
  JOIN django_content_type through_kind ON through_kind.id = through.content_type_id AND through_kind.model = 'preprint'
  JOIN osf_guid base ON base.id = through.guid_id
  WHERE through.object_id = preprint.id LIMIT 1
) preprint_guid ON true
LEFT JOIN osf_abstractprovider provider
  ON provider.id = CASE kind WHEN 'abstractnode' THEN node.provider_id WHEN 'preprint' THEN preprint.provider_id END`;

export const ITEM_COLUMNS = mergeColumns(REFERENT_COLUMNS, {
  osf_guid: ['content_type_id', 'created', 'object_id'],
  django_content_type: ['app_label'],
  osf_basefilenode: ['created', 'deleted_on'],
  osf_noderelation: ['child_id', 'parent_id', 'is_node_link'],
  osf_abstractnode: [
    'id',
    'type',
    'root_id',
    'title',
    'is_public',
    'is_deleted',
    'deleted',
    'created',
    'registered_date',
    'provider_id',
  ],
  osf_preprint: [
    'id',
    'title',
    'is_published',
    'is_public',
    'machine_state',
    'deleted',
    'date_withdrawn',
    'ever_public',
    'date_published',
    'primary_file_id',
    'provider_id',
  ],
  osf_abstractprovider: ['id', '_id', 'type', 'name'],
  osf_guidmetadatarecord: ['guid_id', 'resource_type_general'],
  osf_identifier: ['object_id', 'content_type_id', 'category', 'value', 'deleted'],
  osf_contributor: ['id', 'node_id', 'user_id', 'visible', '_order'],
  osf_preprintcontributor: ['id', 'preprint_id', 'user_id', 'visible', '_order'],
  osf_osfuser: ['id', 'fullname', 'external_identity', 'is_active', 'allow_indexing'],
});
