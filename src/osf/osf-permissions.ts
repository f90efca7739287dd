import { Injectable } from '@nestjs/common';
import type { User } from '../items/identity.js';
import { LookupCache } from '../items/lookup-cache.js';
import { Clock } from '../time/clock.js';
import { type OsfGuid, readOsfGuid } from './osf-guid.js';
import { OsfLookups } from './osf-lookups.js';
import { REFERENT_COLUMNS, REFERENTS, referentValues } from './osf-referents.js';
import { allColumns } from './osf-schema.js';

/**
 * Which of the users `$3` may read which of the items, by contributing to it or through a group that may: to the node
 * or preprint itself, or the one that a file, comment or wiki page is in. Who administers a parent, and only therefore
 * may read, does not count.
 */
export const OSF_PERMISSIONS = `
WITH ${REFERENTS},
  readers AS (
    SELECT homes.*, guid.object_id AS user_id
    FROM homes
    JOIN osf_guid guid ON guid._id = ($3::text[])[place]
    JOIN django_content_type user_kind ON user_kind.id = guid.content_type_id AND user_kind.model = 'osfuser'
  )
SELECT place::int FROM readers
WHERE home_kind = 'abstractnode' AND (
  EXISTS (SELECT FROM osf_contributor contributor
    WHERE contributor.node_id = home_id AND contributor.user_id = readers.user_id)
  OR EXISTS (SELECT FROM osf_nodegroupobjectpermission granted
    JOIN auth_permission permission ON permission.id = permission_id AND codename = 'read_node'
    JOIN osf_osfuser_groups membership ON membership.group_id = granted.group_id
    WHERE content_object_id = home_id AND membership.osfuser_id = readers.user_id)
) OR home_kind = 'preprint' AND (
  EXISTS (SELECT FROM osf_preprintcontributor contributor
    WHERE contributor.preprint_id = home_id AND contributor.user_id = readers.user_id)
  OR EXISTS (SELECT FROM osf_preprintgroupobjectpermission granted
    JOIN auth_permission permission ON permission.id = permission_id AND codename = 'read_preprint'
    JOIN osf_osfuser_groups membership ON membership.group_id = granted.group_id
    WHERE content_object_id = home_id AND membership.osfuser_id = readers.user_id)
)`;

export const OSF_PERMISSION_COLUMNS = allColumns(REFERENT_COLUMNS, {
  osf_contributor: ['node_id', 'user_id'],
  osf_preprintcontributor: ['preprint_id', 'user_id'],
  osf_nodegroupobjectpermission: ['content_object_id', 'group_id', 'permission_id'],
  osf_preprintgroupobjectpermission: ['content_object_id', 'group_id', 'permission_id'],
  auth_permission: ['id', 'codename'],
  osf_osfuser_groups: ['osfuser_id', 'group_id'],
});

/** Knows from the OSF's database who may read what. */
@Injectable()
export class OsfPermissions {
  /** By user and item. */
  private readonly cache: LookupCache<boolean>;

  constructor(
    private readonly lookups: OsfLookups,
    clock: Clock,
  ) {
    this.cache = new LookupCache(clock, (keys) => this.look(keys));
  }

  /** @throws OsfUnavailableError */
  async canRead(user: User, guids: readonly string[]): Promise<boolean> {
    if (!readOsfGuid(user.id)) return false;
    const keys = guids.filter((guid) => readOsfGuid(guid)).map((guid) => `${user.id} ${guid}`.toLowerCase());
    return (await Promise.all(keys.map((key) => this.cache.find(key)))).includes(true);
  }

  private async look(keys: readonly string[]): Promise<boolean[]> {
    const pairs = keys.map((key) => key.split(' ') as [string, string]);
    const values = referentValues(pairs.map(([, guid]) => readOsfGuid(guid) as OsfGuid));
    const rows = await this.lookups.select<{ place: number }>(OSF_PERMISSIONS, [
      ...values,
      pairs.map(([user]) => user),
    ]);
    const readable = new Set(rows.map(({ place }) => place - 1));
    return keys.map((_key, place) => readable.has(place));
  }
}
