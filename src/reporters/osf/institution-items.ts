import type { OsfColumns } from '../../osf/osf-schema.js';
import {
  contentTypeId,
  FILE_IS_STORED,
  PREPRINT_GUID_COLUMNS,
  PREPRINT_GUID_ID,
  PREPRINT_IS_PUBLISHED,
  PUBLISHED_PREPRINT_COLUMNS,
  SPAM_STATUS,
  STORED_FILE_COLUMNS,
} from './conditions.js';

/** Which items of an institution are counted, and how. */
export interface InstitutionItems {
  /** SQL for the id of the institution. */
  readonly institution: string;
  /** SQL for the id of a user: only items that the user contributes to are counted. */
  readonly contributor?: string;
  /** SQL for the condition under which a registration is embargoed. */
  readonly isEmbargoed: string;
  /** SQL for the condition under which the bytes of a file are counted. */
  readonly countsBytes: string;
}

/**
 * SQL for counts of the items that are affiliated with an institution at the end of the month, $2. Components are not
 * counted as projects or registrations, but their files and bytes are. Registrations and forks share file versions with
 * the original, so the bytes of each version are counted once.
 */
export function institutionItemCounts({
  institution,
  contributor,
  isEmbargoed,
  countsBytes,
}: InstitutionItems): string {
  const byContributor = (table: string, item: string): string =>
    contributor === undefined ? '' : `and exists (select from ${table} where ${item} and user_id = ${contributor})`;
  return `
    with nodes as (
      select node.id, node.type, node.is_public, node.id = node.root_id as is_root, ${isEmbargoed} as is_embargoed
      from osf_abstractnode_affiliated_institutions affiliated
      join osf_abstractnode node on node.id = affiliated.abstractnode_id
      left join osf_embargo embargo on embargo.id = node.embargo_id
      where affiliated.institution_id = ${institution} ${byContributor('osf_contributor', 'node_id = node.id')}
        and node.type in ('osf.node', 'osf.registration') and node.deleted is null and node.created < $2
        and node.spam_status is distinct from ${SPAM_STATUS.confirmed}
    ),
    preprints as (
      select preprint.id, ${PREPRINT_GUID_ID} as guid_id
      from osf_preprint_affiliated_institutions affiliated
      join osf_preprint preprint on preprint.id = affiliated.preprint_id
      where affiliated.institution_id = ${institution}
        ${byContributor('osf_preprintcontributor', 'preprint_id = preprint.id')}
        and preprint.date_published < $2 and ${PREPRINT_IS_PUBLISHED}
    ),
    files as (
      select file.id, target.is_public
      from (
        select ${contentTypeId('abstractnode')} as content_type_id, id, is_public from nodes
        union all
        select ${contentTypeId('preprint')}, id, true from preprints
      ) target
      join osf_basefilenode file
        on file.target_object_id = target.id and file.target_content_type_id = target.content_type_id
      where ${FILE_IS_STORED} and file.created < $2
    )
    select
      count(*) filter (where is_root and type = 'osf.node' and is_public) as public_project_count,
      count(*) filter (where is_root and type = 'osf.node' and not is_public) as private_project_count,
      count(*) filter (where is_root and type = 'osf.registration' and is_public) as public_registration_count,
      count(*) filter (where is_root and type = 'osf.registration' and is_embargoed) as embargoed_registration_count,
      (select count(distinct guid_id) from preprints) as published_preprint_count,
      (select count(*) from files where is_public) as public_file_count,
      (
        select coalesce(sum(size), 0)::bigint
        from osf_fileversion
        where size > 0 and purged is null and created < $2 and id in (
          select stored.fileversion_id
          from files
          join osf_basefileversionsthrough stored on stored.basefilenode_id = files.id
          where ${countsBytes}
        )
      ) as storage_byte_count
    from nodes`;
}

export const INSTITUTION_ITEM_COLUMNS: readonly OsfColumns[] = [
  PREPRINT_GUID_COLUMNS,
  PUBLISHED_PREPRINT_COLUMNS,
  STORED_FILE_COLUMNS,
  {
    osf_abstractnode_affiliated_institutions: ['abstractnode_id', 'institution_id'],
    osf_abstractnode: ['id', 'type', 'is_public', 'root_id', 'embargo_id', 'deleted', 'created', 'spam_status'],
    osf_embargo: ['id', 'end_date'],
    osf_preprint_affiliated_institutions: ['preprint_id', 'institution_id'],
    osf_preprint: ['date_published'],
    osf_basefilenode: ['target_object_id', 'target_content_type_id', 'created'],
    osf_basefileversionsthrough: ['basefilenode_id', 'fileversion_id'],
    osf_fileversion: ['id', 'size', 'purged', 'created'],
  },
];
