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
 * Both reports on institutions count affiliated items: `institution_summary_monthly` counts all of them, and
 * `institutional_users` those that a user of the institution contributes to.
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

  /** Affiliates an item with the institution, and adds the user as a contributor. */
  async function affiliated(created: Promise<Target>, user: Referent | null = ada, institution = uni): Promise<Target> {
    const item = await created;
    await reports.osf.affiliateItem(item, institution);
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

  it('count projects and registrations created by the end of the month, without their components', async () => {
    const { osf } = reports;
    const project = await affiliated(osf.node({ at: START_OF_MONTH }));
    await affiliated(osf.node({ at: END_OF_MONTH }));
    await affiliated(osf.node({ at: BEFORE_MONTH, columns: PRIVATE }));
    for (const at of [BEFORE_MONTH, END_OF_MONTH])
      await affiliated(osf.node({ at, parent: project, columns: PRIVATE }));
    await affiliated(osf.node({ at: START_OF_MONTH, parent: project }));
    const registration = await affiliated(osf.registration({ at: BEFORE_MONTH }));
    for (let index = 0; index < 3; index += 1) await affiliated(osf.registration({ at: END_OF_MONTH }));
    await affiliated(osf.registration({ at: END_OF_MONTH, parent: registration }));
    await affiliated(osf.node({ at: AFTER_MONTH }));
    await affiliated(osf.node({ at: AFTER_MONTH, columns: PRIVATE }));
    await affiliated(osf.registration({ at: AFTER_MONTH }));
    const expected = { public_project_count: 2, private_project_count: 1, public_registration_count: 4 };
    expect(await summary()).toMatchObject(expected);
    expect(await reportOnAda()).toMatchObject(expected);
  });

  it('do not count deleted items, confirmed spam and drafts; items only flagged as spam count', async () => {
    const { osf } = reports;
    for (const columns of [{ deleted: AFTER_MONTH }, { spam_status: 2 }]) {
      await affiliated(osf.node({ columns }));
      await affiliated(osf.node({ columns: { ...columns, ...PRIVATE } }));
      await affiliated(osf.registration({ columns }));
      await affiliated(embargoed(AFTER_MONTH, { ...columns, ...PRIVATE }));
      await affiliated(publish({ columns }));
    }
    await osf.file(await affiliated(osf.node({ columns: { type: 'osf.draftnode' } })));
    await affiliated(osf.node({ columns: { spam_status: 1 } }));
    expect(await summary()).toMatchObject({ ...NOTHING, public_project_count: 1 });
    expect(await reportOnAda()).toMatchObject({ ...NOTHING, public_project_count: 1 });
  });

  it('count as embargoed all private registrations of an institution, but for a user only those with a current embargo', async () => {
    const { osf } = reports;
    await affiliated(osf.registration({ columns: PRIVATE }));
    await affiliated(embargoed(END_OF_MONTH));
    for (let index = 0; index < 2; index += 1) await affiliated(embargoed(AFTER_MONTH));
    const open = await affiliated(embargoed(AFTER_MONTH, { is_public: true }));
    await affiliated(osf.registration({ parent: open, columns: PRIVATE }));
    expect(await summary()).toMatchObject({ embargoed_registration_count: 4, public_registration_count: 1 });
    expect(await reportOnAda()).toMatchObject({ embargoed_registration_count: 2, public_registration_count: 1 });
  });

  it('count preprints published by the end of the month, all versions of a preprint as one', async () => {
    const first = await affiliated(publish({ at: BEFORE_MONTH }));
    await affiliated(publish({ at: END_OF_MONTH, versionOf: first }));
    await affiliated(publish({ at: BEFORE_MONTH, columns: { date_published: END_OF_MONTH } }));
    await affiliated(publish({ at: BEFORE_MONTH, columns: { date_published: AFTER_MONTH } }));
    await affiliated(publish({ at: AFTER_MONTH }));
    await affiliated(publish({ columns: { is_published: false, machine_state: 'pending' } }));
    await affiliated(publish({ columns: PRIVATE }));
    expect(await summary()).toMatchObject({ published_preprint_count: 2 });
    expect(await reportOnAda()).toMatchObject({ published_preprint_count: 2 });
  });

  it('count the public files of projects, components, registrations and preprints, and their bytes', async () => {
    const { osf } = reports;
    const project = await affiliated(osf.node());
    await osf.file(project, { at: END_OF_MONTH, sizes: [1, 2] });
    await osf.file(await affiliated(osf.node({ parent: project })), { sizes: [4] });
    await osf.file(await affiliated(osf.registration()), { sizes: [8] });
    await osf.file(await affiliated(osf.node({ columns: PRIVATE })), { sizes: [16] });
    await affiliated(publish());
    await osf.file(project, { at: AFTER_MONTH, sizes: [32] });
    await osf.file(project, { provider: 'github', sizes: [64] });
    await osf.file(project, { columns: { type: 'osf.trashedfile', deleted: END_OF_MONTH }, sizes: [128] });
    await osf.file(project, { columns: { purged: END_OF_MONTH }, sizes: [256] });
    expect(await summary()).toMatchObject({ public_file_count: 4, storage_byte_count: 100_031 });
    expect(await reportOnAda()).toMatchObject({ public_file_count: 4, storage_byte_count: 100_015 });
  });

  it('count the bytes of file versions that were created by then, are not purged, and have a known size', async () => {
    const { osf } = reports;
    const file = await osf.file(await affiliated(osf.node()), { sizes: [5_000_000_000, -1] });
    for (const columns of [{ purged: END_OF_MONTH }, { created: AFTER_MONTH }, {}]) {
      const fileversion_id = await osf.insert('osf_fileversion', { size: 7, ...columns });
      await osf.insert('osf_basefileversionsthrough', { basefilenode_id: file.id, fileversion_id });
    }
    expect(await summary()).toMatchObject({ public_file_count: 1, storage_byte_count: 5_000_000_007 });
    expect(await reportOnAda()).toMatchObject({ public_file_count: 1, storage_byte_count: 5_000_000_007 });
  });

  it('count the bytes that a registration shares with its project once', async () => {
    const { osf } = reports;
    await osf.file(await affiliated(osf.node()), { sizes: [10, 20] });
    const copy = await osf.file(await affiliated(osf.registration()), { sizes: [] });
    for (const { id } of await osf.query<{ id: number }>('SELECT id FROM osf_fileversion')) {
      await osf.insert('osf_basefileversionsthrough', { basefilenode_id: copy.id, fileversion_id: id });
    }
    expect(await summary()).toMatchObject({ public_file_count: 2, storage_byte_count: 30 });
    expect(await reportOnAda()).toMatchObject({ public_file_count: 2, storage_byte_count: 30 });
  });

  it('count only items of the institution, and for a user only items that the user contributes to', async () => {
    const { osf } = reports;
    const other = await osf.institution({ guid: 'other' });
    const bob = await osf.user({ guid: 'bob01' });
    for (const institution of [uni, other]) await osf.affiliate(bob, institution);
    const shared = await affiliated(osf.node());
    await osf.affiliateItem(shared, other);
    await osf.contributor(shared, bob);
    await affiliated(osf.node({ columns: PRIVATE }), bob);
    await osf.file(await affiliated(osf.node(), bob, other), { sizes: [3] });
    await affiliated(publish(), bob, other);
    await affiliated(osf.registration(), null);
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

  it('cover active institutions, and users who existed at the end of the month', async () => {
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

  it('count the users who logged in during the month, and those who were active', async () => {
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

  it('do not count logs that a registration copied from its project as activity', async () => {
    const { osf } = reports;
    const project = await osf.node();
    await osf.log(project, ada, { at: BEFORE_MONTH });
    const columns = { created: START_OF_MONTH, original_node_id: project.id };
    await osf.log(await osf.registration(), ada, { at: BEFORE_MONTH, columns });
    expect(await summary()).toMatchObject({ monthly_active_user_count: 0 });
    expect(await reportOnAda()).toMatchObject({ month_last_active: '2026-09' });
  });

  describe('institutional_users', () => {
    it('describes the user', async () => {
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

    it('is null where nothing is known about the user', async () => {
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

    it('uses the newest guid of a user, and counts work on preprints as activity', async () => {
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
