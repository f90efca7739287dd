import type { OsfGuid } from './osf-guid.js';
import type { OsfColumns } from './osf-schema.js';

/**
 * The `WITH` clause of every query about items. Its `items` has a row for each guid that exists: what the guid refers to
 * (`kind`, `id`), and the node or preprint that contains it (`container_kind`, `container_id`): the target of a file, the
 * node of a comment or wiki page, otherwise the referent itself. `ordinal` is the position of the guid in the parameters
 * ($1 and $2, see `referentValues`), starting at 1.
 */
export const WITH_REFERENTS = `WITH
  requested (base, version, ordinal) AS (
    SELECT * FROM unnest($1::text[], $2::int[]) WITH ORDINALITY
  ),
  referents AS (
    SELECT ordinal, kind.model AS kind, through.version,
      CASE WHEN requested.version IS NULL THEN guid.object_id ELSE through.object_id END AS id,
      CASE WHEN requested.version IS NULL THEN guid.content_type_id ELSE through.content_type_id END AS kind_id
    FROM requested
    JOIN osf_guid guid ON guid._id = base
    LEFT JOIN osf_guidversionsthrough through ON through.guid_id = guid.id AND CASE WHEN requested.version IS NULL
      THEN through.object_id = guid.object_id AND through.content_type_id = guid.content_type_id
      ELSE through.version = requested.version END
    JOIN django_content_type kind
      ON kind.id = CASE WHEN requested.version IS NULL THEN guid.content_type_id ELSE through.content_type_id END
  ),
  items AS (
    SELECT referents.*,
      CASE kind WHEN 'basefilenode' THEN target.model WHEN 'comment' THEN 'abstractnode' WHEN 'wikipage' THEN 'abstractnode'
        ELSE kind END AS container_kind,
      CASE kind WHEN 'basefilenode' THEN file.target_object_id WHEN 'comment' THEN comment.node_id
        WHEN 'wikipage' THEN page.node_id ELSE referents.id END AS container_id,
      file.provider AS storage_provider, file.created AS file_created, coalesce(file.name, page.page_name) AS name,
      coalesce(comment.deleted, page.deleted) AS deleted
    FROM referents
    LEFT JOIN osf_basefilenode file ON kind = 'basefilenode' AND file.id = referents.id
    LEFT JOIN django_content_type target ON target.id = file.target_content_type_id
    LEFT JOIN osf_comment comment ON kind = 'comment' AND comment.id = referents.id
    LEFT JOIN addons_wiki_wikipage page ON kind = 'wikipage' AND page.id = referents.id
  )`;

export const REFERENT_COLUMNS: OsfColumns = {
  osf_guid: ['id', '_id', 'content_type_id', 'object_id'],
  osf_guidversionsthrough: ['guid_id', 'version', 'content_type_id', 'object_id'],
  django_content_type: ['id', 'model'],
  osf_basefilenode: ['id', 'created', 'provider', 'name', 'target_content_type_id', 'target_object_id'],
  osf_comment: ['id', 'node_id', 'deleted'],
  addons_wiki_wikipage: ['id', 'node_id', 'page_name', 'deleted'],
};

/** The parameters $1 and $2 of a query that begins with `WITH_REFERENTS`. */
export function referentValues(guids: readonly OsfGuid[]): unknown[] {
  return [guids.map(({ base }) => base), guids.map(({ version }) => version)];
}
