import type { OsfColumns } from '../../osf/osf-schema.js';

/** The values of `spam_status`, which is null for items that were never flagged. */
export const SPAM_STATUS = { flagged: 1, confirmed: 2, ham: 4 } as const;

/** SQL for the id of a model in `django_content_type`, by which generic foreign keys name the table that they refer to. */
export function contentTypeId(model: 'abstractnode' | 'osfuser' | 'preprint'): string {
  return `(select id from django_content_type where app_label = 'osf' and model = '${model}')`;
}

export const CONTENT_TYPE_COLUMNS: OsfColumns = { django_content_type: ['id', 'app_label', 'model'] };

/** A condition on `osf_institution` as `institution`: it is active and was created before the end of the cycle, $2. */
export const INSTITUTION_EXISTS = `
  institution.deactivated is null and not institution.is_deleted and institution.created < $2`;

export const INSTITUTION_COLUMNS: OsfColumns = { osf_institution: ['deactivated', 'is_deleted', 'created'] };

/** A condition on `osf_osfuser` as `member`: it is not deleted and was created before the end of the cycle, $2. */
export const MEMBER_EXISTS = 'member.deleted is null and member.created < $2';

export const MEMBER_COLUMNS: OsfColumns = { osf_osfuser: ['deleted', 'created'] };

/**
 * A condition on `osf_preprint` as `preprint`: it is public. It has a primary file and is not a draft. A withdrawn preprint
 * stays public, as a page that says so, if it was public before.
 */
export const PREPRINT_IS_PUBLISHED = `
  preprint.is_published and preprint.is_public and preprint.deleted is null
  and preprint.spam_status is distinct from ${SPAM_STATUS.confirmed}
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

/** A condition on `osf_basefilenode` as `file`: it is in the OSF's own storage and is not deleted. */
export const FILE_IS_STORED = `
  file.type = 'osf.osfstoragefile' and file.provider = 'osfstorage' and file.deleted is null and file.purged is null`;

export const STORED_FILE_COLUMNS: OsfColumns = { osf_basefilenode: ['type', 'provider', 'deleted', 'purged'] };

/**
 * SQL for a key that all versions of a preprint share. Each version is a row of `osf_preprint`; the key is the id of their
 * common guid. A preprint without a guid gets its own id, negated so that it differs from every guid's.
 */
export const PREPRINT_GUID_ID = `
  coalesce(
    (
      select version.guid_id
      from osf_guidversionsthrough version
      where version.object_id = preprint.id and version.content_type_id = ${contentTypeId('preprint')}
      limit 1
    ),
    -preprint.id
  )`;

export const PREPRINT_GUID_COLUMNS: OsfColumns = {
  ...CONTENT_TYPE_COLUMNS,
  osf_guidversionsthrough: ['guid_id', 'object_id', 'content_type_id'],
  osf_preprint: ['id'],
};
