import { Injectable } from '@nestjs/common';
import type { User } from '../items/identity.js';
import { LookupCache } from '../items/lookup-cache.js';
import { Clock } from '../time/clock.js';
import { type OsfGuid, readOsfGuid } from './osf-guid.js';
import { OsfLookups } from './osf-lookups.js';
import { REFERENT_COLUMNS, referentValues, WITH_REFERENTS } from './osf-referents.js';
import { mergeColumns } from './osf-schema.js';

/**
 * Of the pairs of an item ($1, $2) and a user ($3), selects those in which the user has read access to the item as a
 * contributor or through a group. For a file, comment or wiki page, access to its node or preprint counts. Administrators
 * of a parent, who can read a component only for that reason, are not selected.
 */
export const SELECT_READABLE_ITEMS = `
${WITH_REFERENTS},
  readers AS (
    SELECT items.*, guid.object_id AS user_id
    FROM items
    JOIN osf_guid guid ON guid._id = ($3::text[])[ordinal]
    JOIN django_content_type user_kind ON user_kind.id = guid.content_type_id AND user_kind.model = 'osfuser'
  )
SELECT ordinal::int FROM readers
WHERE container_kind = 'abstractnode' AND (
  EXISTS (SELECT FROM osf_contributor contributor
    WHERE contributor.node_id = container_id AND contributor.user_id = readers.user_id)
  OR EXISTS (SELECT FROM osf_nodegroupobjectpermission granted
    JOIN auth_permission permission ON permission.id = permission_id AND codename = 'read_node'
    JOIN osf_osfuser_groups membership ON membership.group_id = granted.group_id
    WHERE content_object_id = container_id AND membership.osfuser_id = readers.user_id)
) OR container_kind = 'preprint' AND (
  EXISTS (SELECT FROM osf_preprintcontributor contributor
    WHERE contributor.preprint_id = container_id AND contributor.user_id = readers.user_id)
  OR EXISTS (SELECT FROM osf_preprintgroupobjectpermission granted
    JOIN auth_permission permission ON permission.id = permission_id AND codename = 'read_preprint'
    JOIN osf_osfuser_groups membership ON membership.group_id = granted.group_id
    WHERE content_object_id = container_id AND membership.osfuser_id = readers.user_id)
)`;

export const READABLE_ITEM_COLUMNS = mergeColumns(REFERENT_COLUMNS, {
  osf_contributor: ['node_id', 'user_id'],
  osf_preprintcontributor: ['preprint_id', 'user_id'],
  osf_nodegroupobjectpermission: ['content_object_id', 'group_id', 'permission_id'],
  osf_preprintgroupobjectpermission: ['content_object_id', 'group_id', 'permission_id'],
  auth_permission: ['id', 'codename'],
  osf_osfuser_groups: ['osfuser_id', 'group_id'],
});

/** Reads permissions of users from the OSF's database. */
@Injectable()
export class OsfPermissions {
  /** By user and item, as `<user id> <guid>`. */
  private readonly readAccess: LookupCache<boolean>;

  constructor(
    private readonly lookups: OsfLookups,
    clock: Clock,
  ) {
    this.readAccess = new LookupCache(clock, (keys) => this.loadReadAccess(keys));
  }

  /**
   * Whether the user has read access to at least one of the items.
   * @throws OsfUnavailableError
   */
  async canRead(user: User, guids: readonly string[]): Promise<boolean> {
    if (!readOsfGuid(user.id)) return false;
    const keys = guids.filter((guid) => readOsfGuid(guid)).map((guid) => `${user.id} ${guid}`.toLowerCase());
    return (await Promise.all(keys.map((key) => this.readAccess.get(key)))).includes(true);
  }

  private async loadReadAccess(keys: readonly string[]): Promise<boolean[]> {
    const pairs = keys.map((key) => key.split(' ') as [userId: string, guid: string]);
    const rows = await this.lookups.select<{ ordinal: number }>(SELECT_READABLE_ITEMS, [
      ...referentValues(pairs.map(([, guid]) => readOsfGuid(guid) as OsfGuid)),
      pairs.map(([userId]) => userId),
    ]);
    const readable = new Set(rows.map(({ ordinal }) => ordinal - 1));
    return keys.map((_key, index) => readable.has(index));
  }
}
