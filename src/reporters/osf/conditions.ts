import type { OsfColumns } from '../../osf/osf-schema.js';

/** The values of `spam_status`; there is none of what nobody took for spam. */
export const SPAM = { flagged: 1, confirmed: 2, ham: 4 } as const;

/** SQL for the id of the type under which the OSF's tables refer to rows of a model of its own. */
export function contentType(model: 'abstractnode' | 'osfuser' | 'preprint'): string {
  return `(select id from django_content_type where app_label = 'osf' and model = '${model}')`;
}

export const CONTENT_TYPE_COLUMNS: OsfColumns = { django_content_type: ['id', 'app_label', 'model'] };

/** A condition on rows of `osf_institution` named `institution`: those that there are. $2 is the end of the cycle. */
export const INSTITUTION_EXISTS = `
  institution.deactivated is null and not institution.is_deleted and institution.created < $2`;

export const INSTITUTION_COLUMNS: OsfColumns = { osf_institution: ['deactivated', 'is_deleted', 'created'] };

/** A condition on rows of `osf_osfuser` named `member`: those that there are. $2 is the end of the cycle. */
export const MEMBER_EXISTS = 'member.deleted is null and member.created < $2';

export const MEMBER_COLUMNS: OsfColumns = { osf_osfuser: ['deleted', 'created'] };

/**
 * A condition on rows of `osf_preprint` named `preprint`: everybody may see it. It has the file that it is about, it is no
 * draft, and when it was withdrawn there is a page that says so.
 */
export const PREPRINT_IS_PUBLISHED = `
  preprint.is_published and preprint.is_public and preprint.deleted is null
  and preprint.spam_status is distinct from ${SPAM.confirmed}
  and preprint.machine_state <> 'initial'
  and (preprint.date_withdrawn is null or preprint.ever_public)
  and exists (
    select from osf_basefilenode primary_file
    where primary_file.id = preprint.primary_file_id and primary_file.deleted_on is null
  )`;

export const PUBLISHED_PREPRINT_COLUMNS: OsfColumns = {
  osf_preprint: [
    'is_published',
    'is_public',
    'deleted',
    'spam_status',
    'machine_state',
    'date_withdrawn',
    'ever_public',
    'primary_file_id',
  ],
  osf_basefilenode: ['id', 'deleted_on'],
};

/** A condition on rows of `osf_basefilenode` named `file`: a file in the OSF's own storage that was not deleted. */
export const FILE_IS_STORED = `
  file.type = 'osf.osfstoragefile' and file.provider = 'osfstorage' and file.deleted is null and file.purged is null`;

export const STORED_FILE_COLUMNS: OsfColumns = { osf_basefilenode: ['type', 'provider', 'deleted', 'purged'] };

/**
 * SQL for what is the same for all versions of a preprint, each of which is a row of `osf_preprint`: their guid, or of one
 * without a guid its id, turned negative to be none of the others'.
 */
export const GUID_OF_PREPRINT = `
  coalesce(
    (
      select version.guid_id
      from osf_guidversionsthrough version
      where version.object_id = preprint.id and version.content_type_id = ${contentType('preprint')}
      limit 1
    ),
    -preprint.id
  )`;

export const PREPRINT_GUID_COLUMNS: OsfColumns = {
  ...CONTENT_TYPE_COLUMNS,
  osf_guidversionsthrough: ['guid_id', 'object_id', 'content_type_id'],
  osf_preprint: ['id'],
};
