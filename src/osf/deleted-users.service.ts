import { Injectable } from '@nestjs/common';
import { OsfDatabase } from './osf-database.js';
import type { OsfColumns } from './osf-schema.js';

/** The name that the OSF gives to a user whose data it has deleted. */
export const DELETED_USER_NAME = 'Deleted user';

/** Selects the guids, among the given ones, of users whose data the OSF has deleted. */
const SELECT_DELETED_AMONG = `SELECT guid._id AS guid
  FROM osf_guid guid
  JOIN django_content_type referent ON referent.id = guid.content_type_id
  JOIN osf_osfuser account ON account.id = guid.object_id
  WHERE guid._id = ANY($1) AND account.deleted IS NOT NULL
    AND referent.app_label = 'osf' AND referent.model = 'osfuser'`;

/**
 * Selects the guids of an institution's users whose data the OSF has deleted at their request, which is final. A user
 * whose accounts were merged has several guids.
 */
export const SELECT_DELETED_USERS = `SELECT guid._id AS guid
  FROM osf_institution institution
  JOIN osf_institutionaffiliation affiliation ON affiliation.institution_id = institution.id
  JOIN osf_osfuser account ON account.id = affiliation.user_id
  JOIN osf_guid guid ON guid.object_id = account.id
  JOIN django_content_type referent ON referent.id = guid.content_type_id
  WHERE institution._id = $1 AND account.deleted IS NOT NULL
    AND referent.app_label = 'osf' AND referent.model = 'osfuser'`;

export const DELETED_USER_COLUMNS: OsfColumns = {
  osf_institution: ['id', '_id'],
  osf_institutionaffiliation: ['institution_id', 'user_id'],
  osf_osfuser: ['id', 'deleted'],
  osf_guid: ['_id', 'object_id', 'content_type_id'],
  django_content_type: ['id', 'app_label', 'model'],
};

/** Finds the users whose data the OSF has deleted. Reports about them must not be shown. */
@Injectable()
export class DeletedUsers {
  constructor(private readonly database: OsfDatabase) {}

  /**
   * @returns the guids of the institution's deleted users; none without `OSF_DATABASE_URL`
   * @throws OsfUnavailableError
   */
  async findGuids(institutionId: string): Promise<string[]> {
    if (!this.database.isConfigured) return [];
    const rows = await this.database.select<{ guid: string }>(SELECT_DELETED_USERS, [institutionId]);
    return rows.map(({ guid }) => guid);
  }

  /**
   * @returns the guids among these whose users are deleted; none without `OSF_DATABASE_URL`
   * @throws OsfUnavailableError
   */
  async findAmong(guids: readonly string[]): Promise<Set<string>> {
    if (!this.database.isConfigured || guids.length === 0) return new Set();
    const rows = await this.database.select<{ guid: string }>(SELECT_DELETED_AMONG, [guids]);
    return new Set(rows.map(({ guid }) => guid));
  }
}
