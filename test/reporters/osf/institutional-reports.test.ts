import type { Columns, Referent, Target } from '../../support/osf-builder.js';
import { describeWithOsfDatabase } from '../../support/osf-database.js';
import {
  AFTER_MONTH,
  type Attributes,
  BEFORE_MONTH,
  END_OF_MONTH,
  MONTH,
  OsfReports,
  START_OF_MONTH,
} from '../../support/osf-reports.js';

const PRIVATE = { is_public: false };
const NOTHING = {
  public_project_count: 0,
  private_project_count: 0,
  public_registration_count: 0,
  embargoed_registration_count: 0,
  published_preprint_count: 0,
  public_file_count: 0,
  storage_byte_count: 0,
};

/**
 * What the two reports on institutions have in common: both count the items that are affiliated with an institution, one of
 * all of them, the other of those that a user of the institution contributes to.
 */
describeWithOsfDatabase('reports on institutions', () => {
  const reports = OsfReports.inEachTest();
  let uni: Referent;
  let ada: Referent;
  let provider: Referent;

  beforeEach(async () => {
    uni = await reports.osf.institution({ guid: 'uni' });
    ada = await reports.osf.user({ guid: 'ada01' });
    provider = await reports.osf.provider('preprint', 'osf');
    await reports.osf.affiliate(ada, uni);
  });

  /** Makes it an item of the institution, and with a user one of that user. */
  async function belongs(made: Promise<Target>, user: Referent | null = ada, institution = uni): Promise<Target> {
    const item = await made;
    await reports.osf.affiliateWork(item, institution);
    if (user) await reports.osf.contributor(item, user, 'read');
    return item;
  }

  async function publish(traits: { at?: string; columns?: Columns; versionOf?: Target } = {}): Promise<Target> {
    const preprint = await reports.osf.preprint({ provider, ...traits });
    await reports.osf.primaryFile(preprint, { sizes: [100_000] });
    return preprint;
  }

  async function embargoed(end_date: string, columns: Columns = PRIVATE): Promise<Target> {
    const registration = await reports.osf.registration({ columns });
    await reports.osf.sanction('embargo', registration, { columns: { end_date } });
    return registration;
  }

  async function summary(): Promise<Attributes> {
    return await reports.report('institution_summary_monthly', MONTH);
  }

  async function users(): Promise<Map<unknown, Attributes>> {
    const all = await reports.reports('institutional_users', MONTH);
    return new Map(all.map(({ institution_id, user_id, ...rest }) => [[institution_id, user_id].join('/'), rest]));
  }

  async function reportOnAda(): Promise<Attributes | undefined> {
    return (await users()).get('uni/ada01');
  }

  it('count projects and registrations without their components, made by the end of the month', async () => {
    const { osf } = reports;
    const project = await belongs(osf.node({ at: START_OF_MONTH }));
    await belongs(osf.node({ at: END_OF_MONTH }));
    await belongs(osf.node({ at: BEFORE_MONTH, columns: PRIVATE }));
    for (const at of [BEFORE_MONTH, END_OF_MONTH]) await belongs(osf.node({ at, parent: project, columns: PRIVATE }));
    await belongs(osf.node({ at: START_OF_MONTH, parent: project }));
    const registration = await belongs(osf.registration({ at: BEFORE_MONTH }));
    for (let made = 0; made < 3; made += 1) await belongs(osf.registration({ at: END_OF_MONTH }));
    await belongs(osf.registration({ at: END_OF_MONTH, parent: registration }));
    await belongs(osf.node({ at: AFTER_MONTH }));
    await belongs(osf.node({ at: AFTER_MONTH, columns: PRIVATE }));
    await belongs(osf.registration({ at: AFTER_MONTH }));
    const expected = { public_project_count: 2, private_project_count: 1, public_registration_count: 4 };
    expect(await summary()).toMatchObject(expected);
    expect(await reportOnAda()).toMatchObject(expected);
  });

  it('do not count what was deleted, is confirmed as spam, or is no project; what is only flagged counts', async () => {
    const { osf } = reports;
    for (const columns of [{ deleted: AFTER_MONTH }, { spam_status: 2 }]) {
      await belongs(osf.node({ columns }));
      await belongs(osf.node({ columns: { ...columns, ...PRIVATE } }));
      await belongs(osf.registration({ columns }));
      await belongs(embargoed(AFTER_MONTH, { ...columns, ...PRIVATE }));
      await belongs(publish({ columns }));
    }
    await osf.file(await belongs(osf.node({ columns: { type: 'osf.draftnode' } })));
    await belongs(osf.node({ columns: { spam_status: 1 } }));
    expect(await summary()).toMatchObject({ ...NOTHING, public_project_count: 1 });
    expect(await reportOnAda()).toMatchObject({ ...NOTHING, public_project_count: 1 });
  });

  it('tell what is embargoed: all private registrations of an institution, of a user those with an embargo to come', async () => {
    const { osf } = reports;
    await belongs(osf.registration({ columns: PRIVATE }));
    await belongs(embargoed(END_OF_MONTH));
    for (let made = 0; made < 2; made += 1) await belongs(embargoed(AFTER_MONTH));
    const open = await belongs(embargoed(AFTER_MONTH, { is_public: true }));
    await belongs(osf.registration({ parent: open, columns: PRIVATE }));
    expect(await summary()).toMatchObject({ embargoed_registration_count: 4, public_registration_count: 1 });
    expect(await reportOnAda()).toMatchObject({ embargoed_registration_count: 2, public_registration_count: 1 });
  });

  it('count preprints that were published by the end of the month, all versions of one as one', async () => {
    const first = await belongs(publish({ at: BEFORE_MONTH }));
    await belongs(publish({ at: END_OF_MONTH, versionOf: first }));
    await belongs(publish({ at: BEFORE_MONTH, columns: { date_published: END_OF_MONTH } }));
    await belongs(publish({ at: BEFORE_MONTH, columns: { date_published: AFTER_MONTH } }));
    await belongs(publish({ at: AFTER_MONTH }));
    await belongs(publish({ columns: { is_published: false, machine_state: 'pending' } }));
    await belongs(publish({ columns: PRIVATE }));
    expect(await summary()).toMatchObject({ published_preprint_count: 2 });
    expect(await reportOnAda()).toMatchObject({ published_preprint_count: 2 });
  });

  it('count public files of projects, components, registrations and preprints, and their bytes', async () => {
    const { osf } = reports;
    const project = await belongs(osf.node());
    await osf.file(project, { at: END_OF_MONTH, sizes: [1, 2] });
    await osf.file(await belongs(osf.node({ parent: project })), { sizes: [4] });
    await osf.file(await belongs(osf.registration()), { sizes: [8] });
    await osf.file(await belongs(osf.node({ columns: PRIVATE })), { sizes: [16] });
    await belongs(publish());
    await osf.file(project, { at: AFTER_MONTH, sizes: [32] });
    await osf.file(project, { provider: 'github', sizes: [64] });
    await osf.file(project, { columns: { type: 'osf.trashedfile', deleted: END_OF_MONTH }, sizes: [128] });
    await osf.file(project, { columns: { purged: END_OF_MONTH }, sizes: [256] });
    expect(await summary()).toMatchObject({ public_file_count: 4, storage_byte_count: 100_031 });
    expect(await reportOnAda()).toMatchObject({ public_file_count: 4, storage_byte_count: 100_015 });
  });

  it('count the bytes of versions that are still stored, were made by then, and whose size is known', async () => {
    const { osf } = reports;
    const file = await osf.file(await belongs(osf.node()), { sizes: [5_000_000_000, -1] });
    for (const columns of [{ purged: END_OF_MONTH }, { created: AFTER_MONTH }, {}]) {
      const fileversion_id = await osf.insert('osf_fileversion', { size: 7, ...columns });
      await osf.insert('osf_basefileversionsthrough', { basefilenode_id: file.id, fileversion_id });
    }
    expect(await summary()).toMatchObject({ public_file_count: 1, storage_byte_count: 5_000_000_007 });
    expect(await reportOnAda()).toMatchObject({ public_file_count: 1, storage_byte_count: 5_000_000_007 });
  });

  it('count the bytes that a registration and its project have in common once', async () => {
    const { osf } = reports;
    await osf.file(await belongs(osf.node()), { sizes: [10, 20] });
    const copy = await osf.file(await belongs(osf.registration()), { sizes: [] });
    for (const { id } of await osf.query<{ id: number }>('SELECT id FROM osf_fileversion')) {
      await osf.insert('osf_basefileversionsthrough', { basefilenode_id: copy.id, fileversion_id: id });
    }
    expect(await summary()).toMatchObject({ public_file_count: 2, storage_byte_count: 30 });
    expect(await reportOnAda()).toMatchObject({ public_file_count: 2, storage_byte_count: 30 });
  });

  it('count for each institution what is affiliated with it, and for each user what is theirs', async () => {
    const { osf } = reports;
    const other = await osf.institution({ guid: 'other' });
    const bob = await osf.user({ guid: 'bob01' });
    for (const institution of [uni, other]) await osf.affiliate(bob, institution);
    const shared = await belongs(osf.node());
    await osf.affiliateWork(shared, other);
    await osf.contributor(shared, bob);
    await belongs(osf.node({ columns: PRIVATE }), bob);
    await osf.file(await belongs(osf.node(), bob, other), { sizes: [3] });
    await belongs(publish(), bob, other);
    await belongs(osf.registration(), null);
    await osf.contributor(await osf.node(), ada);
    const counts = await users();
    expect(counts.get('uni/ada01')).toMatchObject({ ...NOTHING, public_project_count: 1 });
    expect(counts.get('uni/bob01')).toMatchObject({ ...NOTHING, public_project_count: 1, private_project_count: 1 });
    const ofOther = {
      ...NOTHING,
      public_project_count: 2,
      published_preprint_count: 1,
      public_file_count: 2,
      storage_byte_count: 100_003,
    };
    expect(counts.get('other/bob01')).toMatchObject(ofOther);
    expect(counts.size).toBe(3);
    const summaries = await reports.reports('institution_summary_monthly', MONTH);
    const ofInstitution = new Map(summaries.map(({ institution_id, ...rest }) => [institution_id, rest]));
    expect(ofInstitution.get('other')).toMatchObject({ ...ofOther, user_count: 1 });
    expect(ofInstitution.get('uni')).toMatchObject({
      ...NOTHING,
      public_project_count: 1,
      private_project_count: 1,
      public_registration_count: 1,
      user_count: 2,
    });
  });

  it('are made of institutions that there are, and of users who there were at the end of the month', async () => {
    const { osf } = reports;
    await osf.affiliate(await osf.user({ guid: 'late1', at: AFTER_MONTH }), uni);
    await osf.affiliate(await osf.user({ guid: 'gone1', columns: { deleted: AFTER_MONTH } }), uni);
    await osf.affiliate(await osf.user({ guid: 'away1', at: END_OF_MONTH, columns: { is_active: false } }), uni);
    for (const columns of [{ deactivated: AFTER_MONTH }, { is_deleted: true }, { created: AFTER_MONTH }]) {
      await osf.affiliate(ada, await osf.institution({ columns }));
    }
    expect([...(await users()).keys()].sort()).toEqual(['uni/ada01', 'uni/away1']);
    expect(await summary()).toMatchObject({ institution_id: 'uni', user_count: 2 });
  });

  it('tell who logged in during the month, and who did something', async () => {
    const { osf } = reports;
    const project = await osf.node();
    const preprint = await osf.preprint({ provider });
    async function member(columns: Columns = {}): Promise<Referent> {
      const user = await osf.user({ columns });
      await osf.affiliate(user, uni);
      return user;
    }
    for (const date_last_login of [BEFORE_MONTH, START_OF_MONTH, END_OF_MONTH, AFTER_MONTH, null]) {
      await member({ date_last_login });
    }
    for (const at of [BEFORE_MONTH, START_OF_MONTH, END_OF_MONTH, AFTER_MONTH]) {
      await osf.log(project, await member(), { at });
      await osf.log(preprint, await member(), { at });
    }
    const busy = await member();
    for (const item of [project, project, preprint]) await osf.log(item, busy, { at: START_OF_MONTH });
    await osf.log(project, await member({ date_disabled: AFTER_MONTH }), { at: START_OF_MONTH });
    await osf.log(project, await osf.user(), { at: START_OF_MONTH });
    await osf.log(project, null, { at: START_OF_MONTH });
    expect(await summary()).toMatchObject({
      user_count: 16,
      monthly_logged_in_user_count: 2,
      monthly_active_user_count: 5,
    });
  });

  it('do not take for activity what a registration copied from the logs of its project', async () => {
    const { osf } = reports;
    const project = await osf.node();
    await osf.log(project, ada, { at: BEFORE_MONTH });
    const columns = { created: START_OF_MONTH, original_node_id: project.id };
    await osf.log(await osf.registration(), ada, { at: BEFORE_MONTH, columns });
    expect(await summary()).toMatchObject({ monthly_active_user_count: 0 });
    expect(await reportOnAda()).toMatchObject({ month_last_active: '2026-09' });
  });

  describe('institutional_users', () => {
    it('tells who the user is', async () => {
      const { osf } = reports;
      const grace = await osf.user({
        guid: 'grace',
        at: '2015-12-31T23:59:59.999Z',
        name: 'Grace Hopper',
        columns: {
          date_last_login: '2026-09-30T23:59:59.999Z',
          external_identity: {
            ORCID: { '0000-0001': 'LINK', '0000-0002-1825-0097': 'VERIFIED' },
            other: { x: 'VERIFIED' },
          },
        },
      });
      await osf.affiliate(grace, uni, { sso_department: 'Mathematics' });
      await osf.affiliate(grace, await osf.institution({ guid: 'other' }), { sso_department: '' });
      await osf.log(await osf.node(), grace, { at: '2026-08-31T23:59:59.999Z' });
      await osf.log(await osf.preprint({ provider }), grace, { at: '2026-07-01T00:00:00Z' });
      await osf.log(await osf.node(), grace, { at: AFTER_MONTH });
      const reported = await users();
      const person = {
        user_name: 'Grace Hopper',
        month_last_login: '2026-09',
        month_last_active: '2026-08',
        account_creation_date: '2015-12',
        orcid_id: '0000-0002-1825-0097',
        ...NOTHING,
      };
      expect(reported.get('uni/grace')).toEqual({ ...person, department_name: 'Mathematics' });
      expect(reported.get('other/grace')).toEqual({ ...person, department_name: null });
    });

    it('tells nothing where there is nothing to tell', async () => {
      const { osf } = reports;
      await osf.affiliate(await osf.user({ guid: 'quiet', orcid: undefined }), uni, { sso_department: null });
      const unverified = { external_identity: { ORCID: { '0000-0001': 'LINK' } } };
      await osf.affiliate(await osf.user({ guid: 'linky', columns: unverified }), uni);
      const reported = await users();
      expect(reported.get('uni/quiet')).toEqual({
        user_name: 'Ada Lovelace',
        department_name: null,
        month_last_login: null,
        month_last_active: null,
        account_creation_date: '2026-01',
        orcid_id: null,
        ...NOTHING,
      });
      expect(reported.get('uni/linky')).toMatchObject({ orcid_id: null });
    });

    it('knows a user by the guid made last, and when only a preprint was worked on', async () => {
      const { osf } = reports;
      await osf.insert('osf_guid', {
        _id: 'ada02',
        object_id: ada.id,
        content_type_id: await osf.contentType('osfuser'),
        created: START_OF_MONTH,
      });
      await osf.log(await osf.preprint({ provider }), ada, { at: END_OF_MONTH });
      const reported = await users();
      expect([...reported.keys()]).toEqual(['uni/ada02']);
      expect(reported.get('uni/ada02')).toMatchObject({ month_last_active: '2026-10' });
    });
  });
});
