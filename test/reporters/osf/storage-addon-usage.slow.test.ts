import type { Columns } from '../../support/osf-builder.js';
import { describeWithOsfDatabase } from '../../support/osf-database.js';
import {
  AFTER_DAY,
  type Attributes,
  BEFORE_DAY,
  DAY,
  END_OF_DAY,
  OsfReports,
  START_OF_DAY,
} from '../../support/osf-reports.js';

const MOMENTS = [BEFORE_DAY, START_OF_DAY, END_OF_DAY, AFTER_DAY];
const NONE = { total: 0, total_daily: 0 };
const UNUSED = {
  enabled_usersettings: NONE,
  linked_usersettings: NONE,
  deleted_usersettings: NONE,
  usersetting_links: NONE,
  connected_nodesettings: NONE,
  disconnected_nodesettings: NONE,
  deleted_nodesettings: NONE,
};

describeWithOsfDatabase('storage_addon_usage', () => {
  const reports = OsfReports.inEachTest();

  async function usage(): Promise<Map<unknown, Attributes>> {
    const { usage_by_addon } = (await reports.report('storage_addon_usage', DAY)) as { usage_by_addon: Attributes[] };
    return new Map(usage_by_addon.map(({ addon_shortname, ...rest }) => [addon_shortname, rest]));
  }

  async function enable(at: string, columns: Columns = {}, owner: Columns = {}, addon = 'box'): Promise<void> {
    await reports.osf.userSettings(addon, await reports.osf.user({ columns: owner }), { at, columns });
  }

  async function connect(at: string, columns: Columns = {}, owner: Columns = {}, addon = 'box'): Promise<void> {
    const external_account_id = await reports.osf.externalAccount(addon);
    const node = await reports.osf.node({ columns: owner });
    await reports.osf.nodeSettings(addon, node, { at, columns: { external_account_id, ...columns } });
  }

  it('has an entry for each storage add-on, used or not', async () => {
    const all = await usage();
    expect([...all.keys()].sort()).toEqual([
      'bitbucket',
      'box',
      'dataverse',
      'dropbox',
      'figshare',
      'github',
      'gitlab',
      'googledrive',
      'onedrive',
      'osfstorage',
      'owncloud',
      's3',
    ]);
    for (const each of all.values()) expect(each).toEqual(UNUSED);
  });

  it('counts the users who enabled the add-on, and those who removed it, by date', async () => {
    for (const at of MOMENTS) await enable(at);
    for (const deleted of MOMENTS) await enable(BEFORE_DAY, { deleted, is_deleted: true });
    await enable(START_OF_DAY, { deleted: END_OF_DAY, is_deleted: true });
    expect((await usage()).get('box')).toEqual({
      ...UNUSED,
      enabled_usersettings: { total: 4, total_daily: 2 },
      deleted_usersettings: { total: 4, total_daily: 3 },
    });
  });

  it('counts a link for each account that is granted to a project', async () => {
    const two = { oauth_grants: { abc12: { account1: { folder: '/' } }, abc34: { account1: {} } } };
    const three = { oauth_grants: { abc12: { account1: {}, account2: { folder: '/' } }, abc34: { account1: {} } } };
    await enable(BEFORE_DAY, two);
    await enable(START_OF_DAY, three);
    await enable(END_OF_DAY, { oauth_grants: { abc12: {} } });
    await enable(START_OF_DAY, { ...three, deleted: END_OF_DAY });
    await enable(AFTER_DAY, three);
    expect((await usage()).get('box')).toMatchObject({
      enabled_usersettings: { total: 3, total_daily: 2 },
      linked_usersettings: { total: 2, total_daily: 1 },
      usersetting_links: { total: 5, total_daily: 3 },
    });
  });

  it('counts projects with and without a connected account', async () => {
    for (const at of MOMENTS) await connect(at);
    for (const at of [...MOMENTS, START_OF_DAY]) await connect(at, { external_account_id: null });
    for (const deleted of [...MOMENTS, BEFORE_DAY]) await connect(BEFORE_DAY, { deleted, is_deleted: true });
    expect((await usage()).get('box')).toEqual({
      ...UNUSED,
      connected_nodesettings: { total: 4, total_daily: 2 },
      disconnected_nodesettings: { total: 4, total_daily: 3 },
      deleted_nodesettings: { total: 4, total_daily: 2 },
    });
  });

  it('does not count deleted users and projects, spam, settings without a project, and old collections', async () => {
    const { osf } = reports;
    for (const owner of [{ deleted: AFTER_DAY }, { spam_status: 2 }]) {
      await enable(START_OF_DAY, {}, owner);
      await enable(START_OF_DAY, { deleted: END_OF_DAY }, owner);
      await connect(START_OF_DAY, {}, owner);
      await connect(START_OF_DAY, { deleted: END_OF_DAY }, owner);
    }
    await connect(START_OF_DAY, { owner_id: null });
    const collection = await osf.node();
    await osf.tag(collection, 'old_node_collection', { system: true });
    await osf.nodeSettings('box', collection, { at: START_OF_DAY });
    expect((await usage()).get('box')).toEqual(UNUSED);
  });

  it('counts owners that are only flagged as spam, and a project with several tags once', async () => {
    const { osf } = reports;
    await enable(START_OF_DAY, {}, { spam_status: 1 });
    await connect(START_OF_DAY, {}, { spam_status: 1 });
    const tagged = await osf.node();
    for (const name of ['one', 'two', 'old_node_collection']) await osf.tag(tagged, name);
    await osf.nodeSettings('box', tagged, { at: START_OF_DAY });
    expect((await usage()).get('box')).toMatchObject({
      enabled_usersettings: { total: 1, total_daily: 1 },
      connected_nodesettings: { total: 1, total_daily: 1 },
      disconnected_nodesettings: { total: 1, total_daily: 1 },
    });
  });

  it("treats the OSF's own storage as connected: it needs no account", async () => {
    const { osf } = reports;
    await osf.userSettings('osfstorage', await osf.user(), { at: START_OF_DAY });
    for (const at of MOMENTS) await osf.nodeSettings('osfstorage', await osf.node(), { at });
    const all = await usage();
    expect(all.get('osfstorage')).toEqual({
      ...UNUSED,
      enabled_usersettings: { total: 1, total_daily: 1 },
      connected_nodesettings: { total: 3, total_daily: 2 },
    });
    expect(all.get('box')).toEqual(UNUSED);
  });

  it('counts each add-on separately', async () => {
    for (const [index, addon] of ['dropbox', 'github', 's3'].entries()) {
      for (let count = 0; count <= index; count += 1) {
        await enable(BEFORE_DAY, {}, {}, addon);
        await connect(BEFORE_DAY, {}, {}, addon);
      }
    }
    const all = await usage();
    const totals = ['box', 'dropbox', 'github', 's3'].map((addon) => all.get(addon)?.['connected_nodesettings']);
    expect(totals).toEqual([0, 1, 2, 3].map((total) => ({ total, total_daily: 0 })));
  });
});
