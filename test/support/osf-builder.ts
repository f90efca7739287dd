import type pg from 'pg';

/** A row's columns, by name. */
export type Columns = Readonly<Record<string, unknown>>;

/** An object that a guid can refer to. */
export interface Referent {
  /** Primary key. */
  readonly id: number;
  /** The `_id` instead for objects without a guid. */
  readonly guid: string;
}

/** A node or preprint: it can have files, logs and contributors. */
export interface Target extends Referent {
  readonly kind: 'node' | 'preprint';
  readonly rootId: number;
}

export interface Traits {
  readonly guid?: string;
  /** The date of creation. */
  readonly at?: string;
  /** Replace the default values of columns. */
  readonly columns?: Columns;
}

export type Permission = 'read' | 'write' | 'admin';
const PERMISSIONS: readonly Permission[] = ['read', 'write', 'admin'];
const LONG_AGO = '2026-01-01T00:00:00Z';

/** Default values of columns that are not nullable, by type. */
const DEFAULT_VALUES: Readonly<Record<string, unknown>> = {
  'timestamp with time zone': LONG_AGO,
  boolean: false,
  integer: 0,
  bigint: 0,
  jsonb: {},
  ARRAY: [],
  'character varying': '',
  text: '',
};

/** Creates objects in the OSF's database, each with one call. */
export class OsfBuilder {
  private created = 0;
  private readonly defaultColumns = new Map<string, Columns>();

  constructor(private readonly pool: pg.Pool) {}

  async query<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(sql, [...values])).rows;
  }

  /** Inserts a row, with default values for other columns that are not nullable. @returns its id */
  async insert(table: string, columns: Columns): Promise<number> {
    const defaults = await this.defaultsOf(table);
    const all = { ...defaults, ...this.objectId(defaults), ...columns };
    const names = Object.keys(all).map((name) => `"${name}"`);
    const placeholders = names.map((_, index) => `$${index + 1}`);
    const values = Object.values(all).map((value) => (isJson(value) ? JSON.stringify(value) : value));
    const sql = `INSERT INTO ${table} (${names.join()}) VALUES (${placeholders.join()}) RETURNING id`;
    const [row] = await this.query<{ id: number }>(sql, values);
    return (row as { id: number }).id;
  }

  async update({ id }: { id: number }, table: string, columns: Columns): Promise<void> {
    const assignments = Object.keys(columns).map((name, index) => `"${name}" = $${index + 2}`);
    await this.query(`UPDATE ${table} SET ${assignments.join()} WHERE id = $1`, [id, ...Object.values(columns)]);
  }

  /** An active user. */
  async user({ guid = this.newGuid(), at = LONG_AGO, columns, name = 'Ada Lovelace', orcid }: UserTraits = {}) {
    const id = await this.insert('osf_osfuser', {
      created: at,
      date_registered: at,
      date_confirmed: at,
      is_active: true,
      is_registered: true,
      username: `${guid}@example.org`,
      fullname: name,
      external_identity: orcid === undefined ? {} : { ORCID: { [orcid]: 'VERIFIED' } },
      ...columns,
    });
    return await this.addGuid('osfuser', id, guid, at);
  }

  async institution({ guid, at = LONG_AGO, columns, name = 'A University' }: Traits & { name?: string } = {}) {
    const _id = guid ?? `inst${this.newGuid()}`;
    const id = await this.insert('osf_institution', { created: at, _id, name, ...columns });
    return { id, guid: _id };
  }

  async affiliate(user: Referent, institution: Referent, columns: Columns = {}): Promise<void> {
    await this.insert('osf_institutionaffiliation', { user_id: user.id, institution_id: institution.id, ...columns });
  }

  /** Adds the user to the institution's group of administrators. */
  async institutionAdmin(user: Referent, institution: Referent): Promise<void> {
    const name = `institution_${institution.guid}_institutional_admins`;
    const [group] = await this.query<{ id: number }>('SELECT id FROM auth_group WHERE name = $1', [name]);
    await this.join(user, group?.id ?? (await this.insert('auth_group', { name })));
  }

  async affiliateItem({ kind, id }: Target, institution: Referent): Promise<void> {
    const [table, column] =
      kind === 'node'
        ? ['osf_abstractnode_affiliated_institutions', 'abstractnode_id']
        : ['osf_preprint_affiliated_institutions', 'preprint_id'];
    await this.insert(table, { [column]: id, institution_id: institution.id });
  }

  async provider(type: 'preprint' | 'registration', _id: string, columns: Columns = {}): Promise<Referent> {
    const id = await this.insert('osf_abstractprovider', { _id, type: `osf.${type}provider`, name: _id, ...columns });
    return { id, guid: _id };
  }

  /** A public project, or a component of another node. */
  async node({ guid = this.newGuid(), at = LONG_AGO, columns, title = 'A study', parent }: NodeTraits = {}) {
    const id = await this.insert('osf_abstractnode', {
      created: at,
      type: 'osf.node',
      title,
      is_public: true,
      ...columns,
    });
    const rootId = parent?.rootId ?? id;
    await this.query('UPDATE osf_abstractnode SET root_id = $1 WHERE id = $2', [rootId, id]);
    if (parent) await this.insert('osf_noderelation', { parent_id: parent.id, child_id: id });
    const target: Target = { ...(await this.addGuid('abstractnode', id, guid, at)), kind: 'node', rootId };
    await this.createGroups(target);
    return target;
  }

  /** A public registration, or a component of another one. */
  async registration({ provider, ...traits }: NodeTraits & { provider?: Referent } = {}): Promise<Target> {
    const { at = LONG_AGO, columns } = traits;
    const registered = { type: 'osf.registration', registered_date: at, moderation_state: 'accepted' };
    return await this.node({ ...traits, columns: { ...registered, provider_id: provider?.id ?? null, ...columns } });
  }

  /** An embargo or a withdrawal of a registration. */
  async sanction(
    type: 'embargo' | 'retraction',
    { id }: Target,
    { at = LONG_AGO, columns }: Traits = {},
  ): Promise<number> {
    const sanction = await this.insert(`osf_${type}`, { created: at, state: 'approved', ...columns });
    await this.query(`UPDATE osf_abstractnode SET ${type}_id = $1 WHERE id = $2`, [sanction, id]);
    return sanction;
  }

  /** A published preprint, or the next version of the preprint `versionOf`. */
  async preprint({ at = LONG_AGO, columns, title = 'A preprint', provider, versionOf, ...traits }: PreprintTraits) {
    const id = await this.insert('osf_preprint', {
      created: at,
      title,
      is_public: true,
      is_published: true,
      date_published: at,
      machine_state: 'accepted',
      provider_id: provider.id,
      ...columns,
    });
    const guid = versionOf?.guid ?? traits.guid ?? this.newGuid();
    await this.addVersion(id, guid, at);
    const target: Target = { id, guid, kind: 'preprint', rootId: id };
    await this.createGroups(target);
    return target;
  }

  /** Adds a contributor, who also joins the target's group for the permission, as in the OSF. */
  async contributor({ kind, id }: Target, user: Referent, permission: Permission = 'admin', columns: Columns = {}) {
    const [table, column] =
      kind === 'node' ? ['osf_contributor', 'node_id'] : ['osf_preprintcontributor', 'preprint_id'];
    await this.insert(table, { [column]: id, user_id: user.id, visible: true, ...columns });
    const [group] = await this.query<{ id: number }>('SELECT id FROM auth_group WHERE name = $1', [
      `${kind}_${id}_${permission}`,
    ]);
    await this.join(user, (group as { id: number }).id);
  }

  /** Gives a group of users a permission. */
  async group({ kind, id }: Target, users: readonly Referent[], permission: Permission = 'read'): Promise<void> {
    const group = await this.insert('auth_group', { name: `group_${this.created++}` });
    await this.grant(kind, id, group, permission);
    for (const user of users) await this.join(user, group);
  }

  async file(target: Target, traits: FileTraits = {}): Promise<Referent> {
    const { guid, at = LONG_AGO, columns, name = 'data.csv', provider = 'osfstorage', sizes = [1] } = traits;
    const id = await this.insert('osf_basefilenode', {
      created: at,
      type: `osf.${provider}file`,
      provider,
      name,
      target_object_id: target.id,
      target_content_type_id: await this.contentType(target.kind === 'node' ? 'abstractnode' : 'preprint'),
      ...columns,
    });
    for (const size of sizes) {
      const fileversion_id = await this.insert('osf_fileversion', { created: at, size });
      await this.insert('osf_basefileversionsthrough', { basefilenode_id: id, fileversion_id });
    }
    return guid === undefined ? { id, guid: '' } : await this.addGuid('basefilenode', id, guid, at);
  }

  /** The primary file of a preprint. A preprint without one is not public. */
  async primaryFile(preprint: Target, traits: FileTraits = {}): Promise<Referent> {
    const file = await this.file(preprint, traits);
    await this.update(preprint, 'osf_preprint', { primary_file_id: file.id });
    return file;
  }

  /** Logs an action of the user, or of the system if null. */
  async log(
    { kind, id }: Target,
    user: Referent | null,
    { at = LONG_AGO, action = 'edit_title', columns }: LogTraits = {},
  ): Promise<void> {
    const log = { created: at, action, user_id: user?.id ?? null };
    if (kind === 'preprint') await this.insert('osf_preprintlog', { ...log, preprint_id: id, ...columns });
    else await this.insert('osf_nodelog', { ...log, date: at, node_id: id, original_node_id: id, ...columns });
  }

  async wikiPage(node: Target, { guid = this.newGuid(), at = LONG_AGO, columns }: Traits = {}) {
    const id = await this.insert('addons_wiki_wikipage', { created: at, node_id: node.id, ...columns });
    return await this.addGuid('wikipage', id, guid, at);
  }

  async comment(node: Target, user: Referent, { guid = this.newGuid(), at = LONG_AGO, columns }: Traits = {}) {
    const id = await this.insert('osf_comment', { created: at, node_id: node.id, user_id: user.id, ...columns });
    return await this.addGuid('comment', id, guid, at);
  }

  async doi({ kind, id }: Target, value: string, columns: Columns = {}): Promise<void> {
    const content_type_id = await this.contentType(kind === 'node' ? 'abstractnode' : 'preprint');
    await this.insert('osf_identifier', { category: 'doi', value, object_id: id, content_type_id, ...columns });
  }

  /** What the authors say an item is: a term of DataCite's resourceTypeGeneral. */
  async resourceType(guid: string, resource_type_general: string): Promise<void> {
    const [row] = await this.query<{ id: number }>('SELECT id FROM osf_guid WHERE _id = $1', [guid]);
    await this.insert('osf_guidmetadatarecord', { guid_id: row?.id, resource_type_general });
  }

  /** A user's settings of an add-on. */
  async userSettings(addon: string, user: Referent, { at = LONG_AGO, columns }: Traits = {}): Promise<number> {
    return await this.insert(`addons_${addon}_usersettings`, { created: at, owner_id: user.id, ...columns });
  }

  /** A node's settings of an add-on. */
  async nodeSettings(addon: string, node: Target, { at = LONG_AGO, columns }: Traits = {}): Promise<number> {
    return await this.insert(`addons_${addon}_nodesettings`, { created: at, owner_id: node.id, ...columns });
  }

  async externalAccount(provider: string, columns: Columns = {}): Promise<number> {
    return await this.insert('osf_externalaccount', { provider, provider_id: `account ${this.created++}`, ...columns });
  }

  async tag({ id }: Target, name: string, columns: Columns = {}): Promise<void> {
    const tag_id = await this.insert('osf_tag', { name, ...columns });
    await this.insert('osf_abstractnode_tags', { abstractnode_id: id, tag_id });
  }

  async contentType(model: string): Promise<number> {
    const [row] = await this.query<{ id: number }>('SELECT id FROM django_content_type WHERE model = $1', [model]);
    return (row as { id: number }).id;
  }

  private async addGuid(model: string, object_id: number, guid: string, at: string): Promise<Referent> {
    await this.insert('osf_guid', {
      _id: guid,
      object_id,
      content_type_id: await this.contentType(model),
      created: at,
    });
    return { id: object_id, guid };
  }

  /** The guid refers to the newest version; `osf_guidversionsthrough` lists all of them. */
  private async addVersion(object_id: number, guid: string, created: string): Promise<void> {
    const content_type_id = await this.contentType('preprint');
    const [known] = await this.query<{ id: number; versions: number }>(
      `SELECT id, (SELECT count(*)::int FROM osf_guidversionsthrough WHERE guid_id = osf_guid.id) AS versions
       FROM osf_guid WHERE _id = $1`,
      [guid],
    );
    const guid_id = known?.id ?? (await this.insert('osf_guid', { _id: guid, object_id, content_type_id, created }));
    await this.query('UPDATE osf_guid SET object_id = $1 WHERE id = $2', [object_id, guid_id]);
    const version = (known?.versions ?? 0) + 1;
    await this.insert('osf_guidversionsthrough', { guid_id, object_id, content_type_id, created, version });
  }

  /** Creates the target's groups. Each has the permissions of the previous one and one more. */
  private async createGroups({ kind, id }: Target): Promise<void> {
    for (const [index, permission] of PERMISSIONS.entries()) {
      const group = await this.insert('auth_group', { name: `${kind}_${id}_${permission}` });
      for (const included of PERMISSIONS.slice(0, index + 1)) await this.grant(kind, id, group, included);
    }
  }

  private async grant(kind: Target['kind'], id: number, group_id: number, permission: Permission): Promise<void> {
    const [row] = await this.query<{ id: number }>('SELECT id FROM auth_permission WHERE codename = $1', [
      `${permission}_${kind}`,
    ]);
    const permission_id = (row as { id: number }).id;
    await this.insert(`osf_${kind}groupobjectpermission`, { content_object_id: id, group_id, permission_id });
  }

  private async join(user: Referent, group_id: number): Promise<void> {
    await this.insert('osf_osfuser_groups', { osfuser_id: user.id, group_id });
  }

  private newGuid(): string {
    return `g${(this.created++).toString(36).padStart(4, '0')}`;
  }

  /** A unique `_id` for tables that have one. */
  private objectId(defaults: Columns): Columns {
    return '_id' in defaults ? { _id: (this.created++).toString(16).padStart(24, '0') } : {};
  }

  private async defaultsOf(table: string): Promise<Columns> {
    const known = this.defaultColumns.get(table);
    if (known) return known;
    const columns = await this.query<{ column_name: string; data_type: string }>(
      `SELECT column_name, data_type FROM information_schema.columns
       WHERE table_name = $1 AND is_nullable = 'NO' AND is_identity = 'NO'`,
      [table],
    );
    if (columns.length === 0) throw new Error(`there is no table ${table}`);
    const defaults = Object.fromEntries(columns.map((each) => [each.column_name, DEFAULT_VALUES[each.data_type]]));
    this.defaultColumns.set(table, defaults);
    return defaults;
  }
}

interface UserTraits extends Traits {
  readonly name?: string;
  readonly orcid?: string;
}

interface NodeTraits extends Traits {
  readonly title?: string;
  readonly parent?: Target;
}

interface PreprintTraits extends Traits {
  readonly provider: Referent;
  readonly title?: string;
  readonly versionOf?: Target;
}

interface LogTraits extends Traits {
  readonly action?: string;
}

interface FileTraits extends Traits {
  readonly name?: string;
  /** The storage provider. */
  readonly provider?: string;
  /** The size of each version in bytes, oldest first. */
  readonly sizes?: readonly number[];
}

function isJson(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
