import { Injectable } from '@nestjs/common';
import { OsfDatabase } from './osf-database.js';
import type { OsfColumns } from './osf-schema.js';

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
}
