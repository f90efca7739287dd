import { Injectable } from '@nestjs/common';
import type { User } from '../items/identity.js';
import { LookupCache } from '../items/lookup-cache.js';
import { Clock } from '../time/clock.js';
import { type OsfGuid, readOsfGuid } from './osf-guid.js';
import { isInstitutionId } from './osf-institutions.js';
import { OsfLookups } from './osf-lookups.js';
import { REFERENT_COLUMNS, referentValues, WITH_REFERENTS } from './osf-referents.js';
import { mergeColumns, type OsfColumns } from './osf-schema.js';

type ItemPermission = 'read' | 'write';

/**
 * Of the pairs of an item ($1, $2) and a user ($3), selects those in which the user has read access to the item as a
 * contributor or through a group. For a file, comment or wiki page, access to its node or preprint counts. Administrators
 * of a parent, who can read a component only for that reason, are not selected.
 */
export const SELECT_READABLE_ITEMS = selectItems(
  `EXISTS (SELECT FROM osf_contributor contributor
    WHERE contributor.node_id = container_id AND contributor.user_id = readers.user_id)
  OR ${isGranted('node', 'read')}`,
  `EXISTS (SELECT FROM osf_preprintcontributor contributor
    WHERE contributor.preprint_id = container_id AND contributor.user_id = readers.user_id)
  OR ${isGranted('preprint', 'read')}`,
);

/** As `SELECT_READABLE_ITEMS`, for write access. Contributors are members of a group that has their permissions. */
export const SELECT_EDITABLE_ITEMS = selectItems(isGranted('node', 'write'), isGranted('preprint', 'write'));

function selectItems(isOfNode: string, isOfPreprint: string): string {
  return `
${WITH_REFERENTS},
  readers AS (
    SELECT items.*, guid.object_id AS user_id
    FROM items
    JOIN osf_guid guid ON guid._id = ($3::text[])[ordinal]
    JOIN django_content_type user_kind ON user_kind.id = guid.content_type_id AND user_kind.model = 'osfuser'
  )
SELECT ordinal::int FROM readers
WHERE container_kind = 'abstractnode' AND (${isOfNode}) OR container_kind = 'preprint' AND (${isOfPreprint})`;
}

/** Whether the user has the permission through a group. */
function isGranted(kind: 'node' | 'preprint', permission: ItemPermission): string {
  return `EXISTS (SELECT FROM osf_${kind}groupobjectpermission granted
    JOIN auth_permission permission ON permission.id = permission_id AND codename = '${permission}_${kind}'
    JOIN osf_osfuser_groups membership ON membership.group_id = granted.group_id
    WHERE content_object_id = container_id AND membership.osfuser_id = readers.user_id)`;
}

export const READABLE_ITEM_COLUMNS = mergeColumns(REFERENT_COLUMNS, {
  osf_contributor: ['node_id', 'user_id'],
  osf_preprintcontributor: ['preprint_id', 'user_id'],
  osf_nodegroupobjectpermission: ['content_object_id', 'group_id', 'permission_id'],
  osf_preprintgroupobjectpermission: ['content_object_id', 'group_id', 'permission_id'],
  auth_permission: ['id', 'codename'],
  osf_osfuser_groups: ['osfuser_id', 'group_id'],
});

/**
 * Of the pairs of a user ($1) and an institution ($2), selects those in which the user may see the institution's metrics:
 * active users who are superusers or in the institution's group of administrators, which has the OSF's permission
 * `view_institutional_metrics`.
 */
export const SELECT_INSTITUTION_ADMINS = `
SELECT ordinal::int
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS requested (user_guid, institution_key, ordinal)
JOIN osf_institution institution ON institution._id = institution_key
JOIN osf_guid guid ON guid._id = user_guid
JOIN django_content_type user_kind ON user_kind.id = guid.content_type_id AND user_kind.model = 'osfuser'
JOIN osf_osfuser account ON account.id = guid.object_id AND account.is_active
WHERE account.is_superuser OR EXISTS (
  SELECT FROM osf_osfuser_groups membership
  JOIN auth_group admins ON admins.id = membership.group_id
  WHERE membership.osfuser_id = account.id AND admins.name = 'institution_' || institution._id || '_institutional_admins'
)`;

export const INSTITUTION_ADMIN_COLUMNS: OsfColumns = {
  osf_institution: ['_id'],
  osf_guid: ['_id', 'content_type_id', 'object_id'],
  django_content_type: ['id', 'model'],
  osf_osfuser: ['id', 'is_active', 'is_superuser'],
  osf_osfuser_groups: ['osfuser_id', 'group_id'],
  auth_group: ['id', 'name'],
};

/** Reads permissions of users from the OSF's database. */
@Injectable()
export class OsfPermissions {
  /** By user and item, as `<user id> <guid>`. */
  private readonly readAccess: LookupCache<boolean>;
  private readonly writeAccess: LookupCache<boolean>;
  /** By user and institution, as `<user id> <institution id>`. */
  private readonly institutionAdmins: LookupCache<boolean>;

  constructor(
    private readonly lookups: OsfLookups,
    clock: Clock,
  ) {
    this.readAccess = new LookupCache(clock, (keys) => this.loadAccess(SELECT_READABLE_ITEMS, keys));
    this.writeAccess = new LookupCache(clock, (keys) => this.loadAccess(SELECT_EDITABLE_ITEMS, keys));
    this.institutionAdmins = new LookupCache(clock, (keys) => this.loadInstitutionAdmins(keys));
  }

  /**
   * Whether the user has read access to at least one of the items.
   * @throws OsfUnavailableError
   */
  async canRead(user: User, guids: readonly string[]): Promise<boolean> {
    return await this.hasAccess(this.readAccess, user, guids);
  }

  /**
   * Whether the user may edit the item.
   * @throws OsfUnavailableError
   */
  async canEdit(user: User, guid: string): Promise<boolean> {
    return await this.hasAccess(this.writeAccess, user, [guid]);
  }

  /**
   * Whether the user may see the metrics of the institution.
   * @throws OsfUnavailableError
   */
  async isInstitutionAdmin(user: User, institutionId: string): Promise<boolean> {
    if (!readOsfGuid(user.id) || !isInstitutionId(institutionId)) return false;
    return await this.institutionAdmins.get(`${user.id.toLowerCase()} ${institutionId}`);
  }

  private async hasAccess(access: LookupCache<boolean>, user: User, guids: readonly string[]): Promise<boolean> {
    if (!readOsfGuid(user.id)) return false;
    const keys = guids.filter((guid) => readOsfGuid(guid)).map((guid) => `${user.id} ${guid}`.toLowerCase());
    return (await Promise.all(keys.map((key) => access.get(key)))).includes(true);
  }

  private async loadAccess(sql: string, keys: readonly string[]): Promise<boolean[]> {
    const pairs = keys.map(splitKey);
    const values = referentValues(pairs.map(([, guid]) => readOsfGuid(guid) as OsfGuid));
    return await this.loadPermissions(sql, [...values, pairs.map(([userId]) => userId)], keys.length);
  }

  private async loadInstitutionAdmins(keys: readonly string[]): Promise<boolean[]> {
    const pairs = keys.map(splitKey);
    const values = [pairs.map(([userId]) => userId), pairs.map(([, institutionId]) => institutionId)];
    return await this.loadPermissions(SELECT_INSTITUTION_ADMINS, values, keys.length);
  }

  /** @param sql selects the ordinals of the pairs that have the permission, starting at 1 */
  private async loadPermissions(sql: string, values: readonly unknown[], pairCount: number): Promise<boolean[]> {
    const rows = await this.lookups.select<{ ordinal: number }>(sql, values);
    const permitted = new Set(rows.map(({ ordinal }) => ordinal - 1));
    return Array.from({ length: pairCount }, (_, index) => permitted.has(index));
  }
}

function splitKey(key: string): [userId: string, other: string] {
  return key.split(' ') as [string, string];
}
