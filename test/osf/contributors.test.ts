import { TestOsfApi } from '../support/osf-api.js';
import type { Referent, Target } from '../support/osf-builder.js';
import { describeWithOsfDatabase, TestOsfDatabase } from '../support/osf-database.js';
import { aPageview, send, sendBatch, stored } from '../support/send-usage.js';
import { TestApp } from '../support/test-app.js';

describeWithOsfDatabase('contributors', () => {
  let osf: TestOsfDatabase;
  let api: TestOsfApi;
  let app: TestApp;
  let ada: Referent;
  let project: Target;

  beforeAll(async () => {
    [osf, api] = [await TestOsfDatabase.start(), await TestOsfApi.start()];
    app = await TestApp.start({ OSF_DATABASE_URL: osf.url, OSF_API_URL: api.url });
    ada = await osf.user({ guid: 'ada01' });
    api.addUser('adas-token', 'ada01');
    project = await osf.node({ guid: 'proj1' });
    await osf.contributor(project, ada, 'read');
  });
  afterAll(async () => {
    await app.stop();
    await api.stop();
    await osf.stop();
  });

  /** Sends a usage of the item by Ada, and returns the status. */
  async function useOf(item_guid: string, page = `https://osf.io/${item_guid}`): Promise<number> {
    const headers = { Authorization: 'Bearer adas-token' };
    return await send(app, aPageview({ item_guid, pageview_info: { page_url: page } }), { headers });
  }

  it('are not counted when they use their own item', async () => {
    expect(await useOf('proj1')).toBe(204);
    expect(await useOf((await osf.node()).guid)).toBe(201);
  });

  it('are counted while they are not logged in', async () => {
    expect(await send(app, aPageview({ item_guid: 'proj1' }))).toBe(201);
  });

  it('do not include those who contribute only to the parent, even as administrators', async () => {
    const parent = await osf.node();
    await osf.contributor(parent, ada, 'admin');
    const component = await osf.node({ parent });
    expect(await useOf(component.guid)).toBe(201);
    expect(await useOf(parent.guid)).toBe(204);
  });

  it('include the members of a group with read access', async () => {
    const node = await osf.node();
    await osf.group(node, [ada], 'read');
    const ofOthers = await osf.node();
    await osf.group(ofOthers, [await osf.user()], 'read');
    expect([await useOf(node.guid), await useOf(ofOthers.guid)]).toEqual([204, 201]);
  });

  it('include those of the node that contains a file, comment or wiki page', async () => {
    await osf.file(project, { guid: 'file1' });
    await osf.comment(project, ada, { guid: 'comm1' });
    await osf.wikiPage(project, { guid: 'wiki1' });
    expect([await useOf('file1'), await useOf('comm1'), await useOf('wiki1')]).toEqual([204, 204, 204]);
  });

  it('include those of a preprint, and groups with read access to it', async () => {
    const provider = await osf.provider('preprint', 'osf');
    const mine = await osf.preprint({ guid: 'prep1', provider });
    await osf.contributor(mine, ada, 'write');
    const ofGroup = await osf.preprint({ provider });
    await osf.group(ofGroup, [ada], 'read');
    const ofOthers = await osf.preprint({ provider });
    await osf.file(mine, { guid: 'pfil1' });
    expect([await useOf('prep1'), await useOf('prep1_v1'), await useOf('pfil1')]).toEqual([204, 204, 204]);
    expect([await useOf(ofGroup.guid), await useOf(ofOthers.guid)]).toEqual([204, 201]);
  });

  it('include those of an item whose guid is in the path of the page', async () => {
    const other = await osf.node();
    expect(await useOf(other.guid, 'https://osf.io/proj1/files')).toBe(204);
    expect(await useOf(other.guid, 'https://osf.io/preprints/proj1?x=1#y')).toBe(204);
    expect(await useOf(other.guid, 'https://osf.io/search?q=proj1')).toBe(201);
  });

  it('are recognized by the user_id that a trusted client sends', async () => {
    const usage = { item_guid: 'proj1', action_labels: ['download', 'api'] };
    const outcomes = await sendBatch(app, [
      { ...usage, user_id: 'ada01' },
      { ...usage, user_id: (await osf.user()).guid },
      { ...usage, user_id: 'other1' },
      { ...usage, user_id: 'nul\0nul' },
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['skipped', 'recorded', 'recorded', 'recorded']);
  });

  it('are read again after one minute', async () => {
    const node = await osf.node();
    expect(await useOf(node.guid)).toBe(201);
    await osf.contributor(node, ada, 'read');
    app.clock.advance(60);
    expect(await useOf(node.guid)).toBe(204);
    await osf.query('DELETE FROM osf_contributor WHERE node_id = $1', [node.id]);
    await osf.query('DELETE FROM osf_osfuser_groups WHERE group_id IN (SELECT id FROM auth_group WHERE name LIKE $1)', [
      `node_${node.id}_%`,
    ]);
    app.clock.advance(60);
    expect(await useOf(node.guid)).toBe(201);
  });

  it('are not named in stored usages', async () => {
    expect(JSON.stringify(await stored(app))).not.toContain('ada01');
  });

  it('have access to the analytics of a private item, unlike others', async () => {
    const columns = { is_public: false };
    const mine = await osf.node({ columns });
    await osf.contributor(mine, ada, 'read');
    const ofOthers = await osf.node({ columns });
    const read = async ({ guid }: Target, authorization?: string): Promise<number> => {
      const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
      return (await app.request(`query/node_analytics/${guid}/week/`, { headers })).status;
    };
    expect([await read(mine), await read(ofOthers), await read(project)]).toEqual([401, 401, 200]);
    const adas = 'Bearer adas-token';
    expect([await read(mine, adas), await read(ofOthers, adas), await read(project, adas)]).toEqual([200, 403, 200]);
    expect(await read(mine, 'Bearer unknown-token')).toBe(401);
    expect((await app.request('query/node_analytics/nope1/week/')).status).toBe(404);
  });
});
