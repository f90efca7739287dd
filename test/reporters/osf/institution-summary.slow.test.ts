import type { Target } from '../../support/osf-builder.js';
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

const PRIVATE = { is_public: false };
const DELETED = { is_deleted: true, deleted: AFTER_DAY };

describeWithOsfDatabase('institution_summary', () => {
  const reports = OsfReports.inEachTest();

  async function summaries(): Promise<Map<unknown, Attributes>> {
    const all = await reports.reports('institution_summary', DAY);
    return new Map(all.map(({ institution_id, ...rest }) => [institution_id, rest]));
  }

  it('reports on every active institution, including those without users and items', async () => {
    const { osf } = reports;
    await osf.institution({ guid: 'cos', name: 'Center For Open Science', at: END_OF_DAY });
    await osf.institution({ guid: 'uni', name: 'A University' });
    await osf.institution({ guid: 'left', columns: { deactivated: BEFORE_DAY } });
    await osf.institution({ guid: 'gone', columns: { is_deleted: true } });
    await osf.institution({ guid: 'later', at: AFTER_DAY });
    const all = await summaries();
    expect([...all.keys()].sort()).toEqual(['cos', 'uni']);
    expect(all.get('cos')).toMatchObject({ institution_name: 'Center For Open Science' });
    expect(all.get('uni')).toEqual({
      institution_name: 'A University',
      users: { total: 0, total_daily: 0 },
      nodes: { total: 0, public: 0, private: 0, total_daily: 0, public_daily: 0, private_daily: 0 },
      projects: { total: 0, public: 0, private: 0, total_daily: 0, public_daily: 0, private_daily: 0 },
      registered_nodes: {
        total: 0,
        public: 0,
        embargoed: 0,
        embargoed_v2: 0,
        total_daily: 0,
        public_daily: 0,
        embargoed_daily: 0,
        embargoed_v2_daily: 0,
      },
      registered_projects: {
        total: 0,
        public: 0,
        embargoed: 0,
        embargoed_v2: 0,
        total_daily: 0,
        public_daily: 0,
        embargoed_daily: 0,
        embargoed_v2_daily: 0,
      },
    });
  });

  it('counts each active user once, by the day on which the account was confirmed', async () => {
    const { osf } = reports;
    const [uni, other] = [await osf.institution({ guid: 'uni' }), await osf.institution({ guid: 'other' })];
    const dates = [BEFORE_DAY, START_OF_DAY, END_OF_DAY, AFTER_DAY];
    for (const date_confirmed of dates) await osf.affiliate(await osf.user({ columns: { date_confirmed } }), uni);
    const inactive = await osf.user({ columns: { date_confirmed: START_OF_DAY, is_active: false } });
    const ofBoth = await osf.user({ at: BEFORE_DAY });
    await osf.affiliate(inactive, uni);
    for (const institution of [uni, other]) {
      await osf.affiliate(ofBoth, institution);
      for (let index = 0; index < 2; index += 1) await osf.affiliateItem(await osf.node(), institution);
    }
    await osf.user({ at: START_OF_DAY });
    const all = await summaries();
    expect(all.get('uni')).toMatchObject({ users: { total: 4, total_daily: 2 }, nodes: { total: 2 } });
    expect(all.get('other')).toMatchObject({ users: { total: 1, total_daily: 0 }, nodes: { total: 2 } });
  });

  it('counts all affiliated nodes, including those with several institutions', async () => {
    const { osf } = reports;
    const [uni, other] = [await osf.institution({ guid: 'uni' }), await osf.institution({ guid: 'other' })];
    async function affiliated(node: Promise<Target>, ...institutions: (typeof uni)[]): Promise<Target> {
      for (const institution of institutions) await osf.affiliateItem(await node, institution);
      return await node;
    }
    const old = await affiliated(osf.node({ at: BEFORE_DAY }), uni, other);
    await affiliated(osf.node({ at: BEFORE_DAY, parent: old, columns: PRIVATE }), uni);
    await affiliated(osf.node({ at: START_OF_DAY, columns: { spam_status: 2 } }), uni);
    await affiliated(osf.node({ at: START_OF_DAY, parent: old }), uni);
    await affiliated(osf.node({ at: END_OF_DAY, columns: PRIVATE }), uni);
    await affiliated(osf.node({ at: END_OF_DAY, columns: PRIVATE, parent: old }), uni);
    await affiliated(osf.node({ at: END_OF_DAY, columns: PRIVATE, parent: old }), uni);
    await affiliated(osf.node({ at: AFTER_DAY }), uni);
    await affiliated(osf.node({ at: START_OF_DAY, columns: DELETED }), uni);
    await affiliated(osf.node({ at: START_OF_DAY, columns: { type: 'osf.draftnode' } }), uni);
    await osf.node({ at: START_OF_DAY });
    const all = await summaries();
    expect(all.get('uni')).toMatchObject({
      nodes: { total: 7, public: 3, private: 4, total_daily: 5, public_daily: 2, private_daily: 3 },
      projects: { total: 3, public: 2, private: 1, total_daily: 2, public_daily: 1, private_daily: 1 },
      registered_nodes: { total: 0 },
    });
    expect(all.get('other')).toMatchObject({
      nodes: { total: 1, public: 1, private: 0, total_daily: 0, public_daily: 0, private_daily: 0 },
    });
  });

  it('counts registrations, and as embargoed those whose root has an embargo, affiliated or not', async () => {
    const { osf } = reports;
    const uni = await osf.institution({ guid: 'uni' });
    async function register(at: string, columns = PRIVATE, parent?: Target): Promise<Target> {
      const registration = await osf.registration({ at, columns, parent });
      await osf.affiliateItem(registration, uni);
      return registration;
    }
    const embargoedRoot = await osf.registration({ at: BEFORE_DAY, columns: PRIVATE });
    await osf.sanction('embargo', embargoedRoot, { columns: { end_date: AFTER_DAY } });
    await register(BEFORE_DAY, PRIVATE, embargoedRoot);
    await register(START_OF_DAY, PRIVATE, embargoedRoot);
    await register(START_OF_DAY, PRIVATE, embargoedRoot);
    await register(BEFORE_DAY, { is_public: true });
    await register(START_OF_DAY, { is_public: true });
    await register(BEFORE_DAY);
    for (const [at, end_date] of [
      [BEFORE_DAY, AFTER_DAY],
      [END_OF_DAY, AFTER_DAY],
      [BEFORE_DAY, END_OF_DAY],
      [END_OF_DAY, END_OF_DAY],
    ] as const) {
      await osf.sanction('embargo', await register(at), { columns: { end_date } });
    }
    await register(AFTER_DAY);
    await osf.registration({ at: START_OF_DAY });
    expect((await summaries()).get('uni')).toMatchObject({
      registered_nodes: {
        total: 10,
        public: 2,
        embargoed: 8,
        embargoed_v2: 5,
        total_daily: 5,
        public_daily: 1,
        embargoed_daily: 4,
        embargoed_v2_daily: 3,
      },
      registered_projects: {
        total: 7,
        public: 2,
        embargoed: 5,
        embargoed_v2: 2,
        total_daily: 3,
        public_daily: 1,
        embargoed_daily: 2,
        embargoed_v2_daily: 1,
      },
      nodes: { total: 0 },
    });
  });
});
