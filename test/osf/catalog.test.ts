import type { CountedAuthUsage } from '../../src/model/counted-auth-usage.js';
import type { Referent, Target } from '../support/osf-builder.js';
import { describeWithOsfDatabase, TestOsfDatabase } from '../support/osf-database.js';
import { aPageview, send, stored } from '../support/send-usage.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

const OSF = 'https://osf.io/';

describeWithOsfDatabase("the catalog of the OSF's database", () => {
  let osf: TestOsfDatabase;
  let app: TestApp;
  let project: Target;
  let component: Target;
  let preprints: Referent;

  beforeAll(async () => {
    osf = await TestOsfDatabase.start();
    project = await osf.node({ guid: 'proj1', title: 'A study of studies' });
    component = await osf.node({ guid: 'comp1', parent: await osf.node({ guid: 'mid01', parent: project }) });
    preprints = await osf.provider('preprint', 'socarxiv', { name: 'SocArXiv' });
    app = await TestApp.start({ OSF_DATABASE_URL: osf.url });
  });
  afterAll(async () => {
    await app.stop();
    await osf.stop();
  });

  /** Records a usage of the item, and returns it as stored. */
  async function usageOf(item_guid: string): Promise<CountedAuthUsage> {
    const pageview_info = { page_url: `${OSF}${item_guid}` };
    expect(await send(app, aPageview({ item_guid, provider_id: null, pageview_info }))).toBe(201);
    const usage = (await stored(app)).find(({ pageview_info: page }) => page?.page_url === pageview_info.page_url);
    return usage as CountedAuthUsage;
  }

  /** Returns the attributes of the item as a trusted client reads them. */
  async function item(guid: string): Promise<Record<string, unknown>> {
    const { data } = await app.json<{ data: { attributes: Record<string, unknown> } }>(`items/${guid}`, {
      key: ADMIN_KEY,
    });
    return data.attributes;
  }

  it('describes a public project', async () => {
    expect(await usageOf('proj1')).toMatchObject({
      item_iri: `${OSF}proj1`,
      item_osfid: 'proj1',
      item_type: 'Project',
      item_public: true,
      provider_id: 'osf',
      database_iri: OSF,
      within_iris: [`${OSF}proj1`],
    });
  });

  it('finds all ancestors of a component, up to the root', async () => {
    expect(await usageOf('comp1')).toMatchObject({
      item_type: 'ProjectComponent',
      within_iris: [`${OSF}comp1`, `${OSF}mid01`, `${OSF}proj1`],
    });
  });

  it('does not treat a node that links to another as its ancestor', async () => {
    const linked = await osf.node({ guid: 'link1' });
    await osf.insert('osf_noderelation', { parent_id: project.id, child_id: linked.id, is_node_link: true });
    expect((await usageOf('link1')).within_iris).toEqual([`${OSF}link1`]);
  });

  it('handles a cycle of parents', async () => {
    const outer = await osf.node({ guid: 'circ1' });
    const inner = await osf.node({ guid: 'circ2', parent: outer });
    await osf.insert('osf_noderelation', { parent_id: inner.id, child_id: outer.id });
    expect((await usageOf('circ2')).within_iris).toEqual([`${OSF}circ1`, `${OSF}circ2`]);
  });

  it('finds the provider of a registration and its components', async () => {
    const provider = await osf.provider('registration', 'egap');
    const registration = await osf.registration({ guid: 'reg01', provider });
    await osf.registration({ guid: 'reg02', provider, parent: registration });
    const common = { provider_id: 'egap', database_iri: `${OSF}registries/egap`, item_public: true };
    expect(await usageOf('reg01')).toMatchObject({ ...common, item_type: 'Registration' });
    expect(await usageOf('reg02')).toMatchObject({ ...common, item_type: 'RegistrationComponent' });
  });

  it("finds the storage provider of a file, and its node and that node's ancestors", async () => {
    await osf.file(component, { guid: 'file1', provider: 'dropbox' });
    expect(await usageOf('file1')).toMatchObject({
      item_type: 'File',
      item_public: true,
      provider_id: 'dropbox',
      database_iri: 'urn:files.osf.io:dropbox',
      within_iris: [`${OSF}comp1`, `${OSF}file1`, `${OSF}mid01`, `${OSF}proj1`],
    });
  });

  it('finds the node and ancestors of a comment and of a wiki page', async () => {
    await osf.comment(component, await osf.user(), { guid: 'comm1' });
    await osf.wikiPage(component, { guid: 'wiki1' });
    for (const guid of ['comm1', 'wiki1']) {
      expect(await usageOf(guid)).toMatchObject({
        item_type: null,
        item_public: true,
        provider_id: 'osf',
        within_iris: [`${OSF}comp1`, `${OSF}${guid}`, `${OSF}mid01`, `${OSF}proj1`].sort(),
      });
    }
  });

  it('never treats a user as public, even if the account is active and indexed', async () => {
    await osf.user({ guid: 'user1' });
    await osf.user({ guid: 'user2', columns: { is_active: false } });
    await osf.user({ guid: 'user3', columns: { allow_indexing: false } });
    expect(await usageOf('user1')).toMatchObject({ item_type: 'Agent', item_public: false, provider_id: 'osf' });
    expect(await usageOf('user2')).toMatchObject({ item_type: 'Agent', item_public: false });
    expect(await usageOf('user3')).toMatchObject({ item_type: 'Agent', item_public: false });
  });

  it('describes a preprint, which has no ancestors, and its file, which is within the preprint', async () => {
    const preprint = await osf.preprint({ guid: 'prep1', provider: preprints, columns: { node_id: project.id } });
    await osf.primaryFile(preprint, { guid: 'pfil1' });
    expect(await usageOf('prep1')).toMatchObject({
      item_type: 'Preprint',
      item_public: true,
      provider_id: 'socarxiv',
      database_iri: `${OSF}preprints/socarxiv`,
      within_iris: [`${OSF}prep1`],
    });
    expect(await usageOf('pfil1')).toMatchObject({
      item_type: 'File',
      item_public: true,
      within_iris: [`${OSF}pfil1`, `${OSF}prep1`],
    });
  });

  it('describes each version of a preprint by itself, under the IRI of the preprint', async () => {
    const first = await osf.preprint({ guid: 'vers1', provider: preprints });
    await osf.primaryFile(first, { guid: 'vfil1' });
    await osf.preprint({ versionOf: first, provider: preprints, columns: { is_published: false } });
    const item_iri = `${OSF}vers1`;
    expect(await usageOf('vers1_v1')).toMatchObject({ item_iri, item_osfid: 'vers1_v1', item_public: true });
    expect(await usageOf('vers1_v2')).toMatchObject({ item_iri, item_osfid: 'vers1_v2', item_public: false });
    expect(await usageOf('vers1')).toMatchObject({ item_iri, item_osfid: 'vers1', item_public: false });
    expect((await usageOf('vfil1')).within_iris).toEqual([`${OSF}vers1`, `${OSF}vfil1`].sort());
    expect([(await item('vers1_v1'))['version'], (await item('vers1'))['version']]).toEqual(['1', '2']);
    for (const guid of ['vers1_v3', 'proj1_v1', 'vers1_v1_v1', 'vers1_v99999999999']) {
      expect(await usageOf(guid)).toMatchObject({ item_type: null, item_public: false });
    }
  });

  it.each<[string, object]>([
    ['private', { is_public: false }],
    ['not published', { is_published: false }],
    ['not submitted', { machine_state: 'initial' }],
    ['deleted', { deleted: '2026-11-01T00:00:00Z' }],
    ['withdrawn before it was public', { date_withdrawn: '2026-11-01T00:00:00Z' }],
    ['without a file', { primary_file_id: null }],
  ])('treats a preprint that is %s as private', async (why, columns) => {
    const guid = `prep-${why.replaceAll(' ', '-')}`;
    const preprint = await osf.preprint({ guid, provider: preprints });
    await osf.primaryFile(preprint);
    await osf.update(preprint, 'osf_preprint', columns as Record<string, unknown>);
    expect((await usageOf(guid)).item_public).toBe(false);
  });

  it('treats a preprint whose file was deleted, or belongs to another preprint, as private', async () => {
    const deleted = await osf.preprint({ guid: 'nofi1', provider: preprints });
    await osf.primaryFile(deleted, { columns: { deleted_on: '2026-11-01T00:00:00Z' } });
    const other = await osf.preprint({ guid: 'nofi2', provider: preprints });
    await osf.update(other, 'osf_preprint', { primary_file_id: (await osf.file(deleted)).id });
    expect([(await usageOf('nofi1')).item_public, (await usageOf('nofi2')).item_public]).toEqual([false, false]);
  });

  it('treats a preprint that was withdrawn after it was public as public', async () => {
    const columns = { date_withdrawn: '2026-11-01T00:00:00Z', ever_public: true };
    await osf.primaryFile(await osf.preprint({ guid: 'withd', provider: preprints, columns }));
    expect((await usageOf('withd')).item_public).toBe(true);
  });

  it.each<[string, object]>([
    ['private', { is_public: false }],
    ['deleted', { deleted: '2026-11-01T00:00:00Z' }],
    ['deleted in the old way', { is_deleted: true }],
  ])('treats a node that is %s, its files and its wiki pages as private', async (why, columns) => {
    const guid = `node-${why.replaceAll(/[ ,]+/g, '-')}`;
    const node = await osf.node({ guid, parent: project, columns: columns as Record<string, unknown> });
    await osf.file(node, { guid: `file-${guid}` });
    await osf.wikiPage(node, { guid: `wiki-${guid}` });
    for (const each of [guid, `file-${guid}`, `wiki-${guid}`]) expect((await usageOf(each)).item_public).toBe(false);
    expect((await usageOf(guid)).within_iris).toContain(`${OSF}proj1`);
  });

  it('uses the newest guid of an item for its IRI, and ignores case', async () => {
    const node = await osf.node({ guid: 'older', at: '2026-01-01T00:00:00Z' });
    const content_type_id = await osf.contentType('abstractnode');
    const created = '2026-02-01T00:00:00Z';
    await osf.insert('osf_guid', { _id: 'newer', object_id: node.id, content_type_id, created });
    expect(await usageOf('OLDER')).toMatchObject({ item_osfid: 'older', item_iri: `${OSF}newer` });
  });

  it.each([
    'nope1',
    'a'.repeat(255),
    "x'; DROP TABLE osf_guid; --",
    'nul\0nul',
    'half\ud800',
    '💥',
    '_v1',
    'ab%',
    'a b',
  ])('does not find %p, and keeps working', async (guid) => {
    expect(await send(app, aPageview({ item_guid: guid }))).toBe(201);
    expect((await usageOf((await osf.node()).guid)).item_type).toBe('Project');
  });

  it('reads title, authors, DOI, publisher and date', async () => {
    const preprint = await osf.preprint({
      guid: 'whole',
      provider: preprints,
      title: 'A whole study',
      at: '2026-03-04T23:30:00Z',
    });
    await osf.primaryFile(preprint);
    await osf.doi(preprint, '10.31219/osf.io/whole');
    const ada = await osf.user({ name: 'Ada Lovelace', orcid: '0000-0002-1825-0097' });
    const unverified = { external_identity: { ORCID: { '0000-0001-5109-3700': 'LINK' } } };
    await osf.contributor(preprint, await osf.user({ name: 'Grace Hopper', columns: unverified }), 'read', {
      _order: 1,
    });
    await osf.contributor(preprint, ada, 'admin', { _order: 0 });
    await osf.contributor(preprint, await osf.user({ name: 'Not Shown' }), 'write', { _order: 2, visible: false });
    expect(await item('whole')).toEqual({
      guid: 'whole',
      iri: `${OSF}whole`,
      item_type: 'Preprint',
      resource_type: null,
      public: true,
      provider_id: 'socarxiv',
      provider_iri: `${OSF}preprints/socarxiv`,
      parent_guid: null,
      title: 'A whole study',
      doi: '10.31219/osf.io/whole',
      authors: [
        { name: 'Ada Lovelace', orcid_id: '0000-0002-1825-0097' },
        { name: 'Grace Hopper', orcid_id: null },
      ],
      publisher: 'SocArXiv',
      publication_date: '2026-03-04',
      version: '1',
      access: 'Open',
    });
  });

  it("reads what the authors say an item is, and a file's authors and date", async () => {
    const node = await osf.node({ guid: 'typed' });
    await osf.contributor(node, await osf.user({ name: 'Ada Lovelace' }), 'admin');
    await osf.resourceType('typed', 'Software');
    await osf.file(node, { guid: 'file9', at: '2026-05-06T23:00:00Z' });
    await osf.resourceType('file9', '');
    expect(await item('typed')).toMatchObject({ resource_type: 'Software', publisher: 'OSF' });
    expect(await item('file9')).toMatchObject({
      resource_type: null,
      authors: [{ name: 'Ada Lovelace', orcid_id: null }],
      publication_date: '2026-05-06',
      publisher: 'OSF',
    });
  });

  it('knows an item whose date is infinite, and the others of its batch', async () => {
    await osf.node({ guid: 'infin', columns: { created: 'infinity' } });
    await osf.node({ guid: 'finit' });
    const guids = ['infin', 'finit'];
    const data = guids.map((item_guid) => ({ item_guid, client_session_id: item_guid, action_labels: ['view'] }));
    await app.json('events/counted_usage/batch', { body: { data }, key: TRUSTED_KEY });
    const usages = (await stored(app)).filter(({ item_osfid }) => guids.includes(item_osfid ?? ''));
    expect(usages).toMatchObject([{ item_type: 'Project' }, { item_type: 'Project' }]);
    expect((await item('infin'))['publication_date']).toBeNull();
  });

  it('reads the DOI of the newest public version of a preprint', async () => {
    const first = await osf.preprint({ guid: 'newst', provider: preprints });
    const second = await osf.preprint({ versionOf: first, provider: preprints });
    const third = await osf.preprint({ versionOf: first, provider: preprints, columns: { is_public: false } });
    for (const [version, each] of [first, second, third].entries()) await osf.doi(each, `10.1234/v${version + 1}`);
    expect((await item('newst'))['doi']).toBe('10.1234/v2');
    expect((await item('newst_v1'))['doi']).toBe('10.1234/v2');
  });

  it('returns 409 when a client tries to register or list items', async () => {
    const register = { key: TRUSTED_KEY, body: { public: true } };
    expect((await app.request('items/proj1', { method: 'PUT', ...register })).status).toBe(409);
    expect((await app.request('items/batch', { key: TRUSTED_KEY, body: { data: [] } })).status).toBe(409);
    expect((await app.request('items', { key: ADMIN_KEY })).status).toBe(409);
  });

  it('caches an item for one minute', async () => {
    const node = await osf.node({ guid: 'chang' });
    expect((await usageOf('chang')).item_public).toBe(true);
    await osf.update(node, 'osf_abstractnode', { is_public: false });
    app.clock.advance(59);
    expect((await item('chang'))['public']).toBe(true);
    app.clock.advance(1);
    expect((await item('chang'))['public']).toBe(false);
  });

  it('reads many items with one query', async () => {
    const guids = await Promise.all(Array.from({ length: 30 }, async () => (await osf.node({ parent: project })).guid));
    const before = await lookups();
    const data = guids.map((item_guid) => ({ item_guid, client_session_id: item_guid, action_labels: ['view'] }));
    await app.json('events/counted_usage/batch', { body: { data }, key: TRUSTED_KEY });
    expect((await lookups()) - before).toBe(1);
    const usages = (await stored(app)).filter(({ item_osfid }) => guids.includes(item_osfid ?? ''));
    expect(new Set(usages.map(({ item_type }) => item_type))).toEqual(new Set(['ProjectComponent']));
    expect(usages).toHaveLength(30);
  });

  async function lookups(): Promise<number> {
    const metrics = await (await app.request('/metrics')).text();
    const line = /osf_metrics_osf_lookups_total\{source="database",outcome="answered"\} (\d+)/.exec(metrics);
    return Number(line?.[1] ?? 0);
  }
});
