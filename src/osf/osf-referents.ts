import type { OsfGuid } from './osf-guid.js';
import type { OsfColumns } from './osf-schema.js';

/**
 * The beginning of every query about items, of `$1` to `$3`: what each short id refers to, and the node or preprint
 * that this is (its home) or stands in. A comment and a wiki page stand in their node, a file in its target. `place` is
 * that of the short id in the parameters; of one that refers to nothing there is no row.
 */
export const REFERENTS = `
  asked (base, version, place) AS (
    SELECT * FROM unnest($1::text[], $2::int[]) WITH ORDINALITY
  ),
  referents AS (
    SELECT place, kind.model AS kind, through.version,
      CASE WHEN asked.version IS NULL THEN guid.object_id ELSE through.object_id END AS id,
      CASE WHEN asked.version IS NULL THEN guid.content_type_id ELSE through.content_type_id END AS kind_id
    FROM asked
    JOIN osf_guid guid ON guid._id = base
    LEFT JOIN osf_guidversionsthrough through ON through.guid_id = guid.id AND CASE WHEN asked.version IS NULL
      THEN through.object_id = guid.object_id AND through.content_type_id = guid.content_type_id
      ELSE through.version = asked.version END
    JOIN django_content_type kind
      ON kind.id = CASE WHEN asked.version IS NULL THEN guid.content_type_id ELSE through.content_type_id END
  ),
  homes AS (
    SELECT referents.*,
      CASE kind WHEN 'basefilenode' THEN target.model WHEN 'comment' THEN 'abstractnode' WHEN 'wikipage' THEN 'abstractnode'
        ELSE kind END AS home_kind,
      CASE kind WHEN 'basefilenode' THEN file.target_object_id WHEN 'comment' THEN comment.node_id
        WHEN 'wikipage' THEN page.node_id ELSE referents.id END AS home_id,
      file.provider AS storage, coalesce(file.name, page.page_name) AS name,
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
  osf_basefilenode: ['id', 'provider', 'name', 'target_content_type_id', 'target_object_id'],
  osf_comment: ['id', 'node_id', 'deleted'],
  addons_wiki_wikipage: ['id', 'node_id', 'page_name', 'deleted'],
};

/** The first parameters of a query that begins with `REFERENTS`. */
export function referentValues(guids: readonly OsfGuid[]): unknown[] {
  return [guids.map(({ base }) => base), guids.map(({ version }) => version)];
}
