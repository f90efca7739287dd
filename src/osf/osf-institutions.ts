import { Injectable } from '@nestjs/common';
import { OsfDatabase } from './osf-database.js';
import { OsfLookups } from './osf-lookups.js';
import type { OsfColumns } from './osf-schema.js';

/** Whether an institution is in use. The OSF keeps deactivated and deleted institutions in its database. */
export type InstitutionState = 'active' | 'deactivated' | 'deleted';

export const SELECT_INSTITUTION_STATE = `SELECT CASE
    WHEN is_deleted OR deleted IS NOT NULL THEN 'deleted'
    WHEN deactivated IS NOT NULL THEN 'deactivated'
    ELSE 'active' END AS state
  FROM osf_institution WHERE _id = $1`;

export const INSTITUTION_STATE_COLUMNS: OsfColumns = {
  osf_institution: ['_id', 'is_deleted', 'deleted', 'deactivated'],
};

const INSTITUTION_ID = /^[\w-]{1,255}$/;

export function isInstitutionId(text: string): boolean {
  return INSTITUTION_ID.test(text);
}

/** Reads institutions from the OSF's database. */
@Injectable()
export class OsfInstitutions {
  constructor(
    private readonly database: OsfDatabase,
    private readonly lookups: OsfLookups,
  ) {}

  /** Whether `OSF_DATABASE_URL` is set. */
  get isConfigured(): boolean {
    return this.database.isConfigured;
  }

  /** @returns undefined for an unknown institution @throws OsfUnavailableError */
  async findState(id: string): Promise<InstitutionState | undefined> {
    if (!isInstitutionId(id)) return undefined;
    const [row] = await this.lookups.select<{ state: InstitutionState }>(SELECT_INSTITUTION_STATE, [id]);
    return row?.state;
  }
}
