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

describeWithOsfDatabase('node_summary', () => {
  const reports = OsfReports.inEachTest();

  async function summary(): Promise<Record<string, Attributes>> {
    return (await reports.report('node_summary', DAY)) as Record<string, Attributes>;
  }

  it('counts projects with and without components, public and private, in total and created on the day', async () => {
    const { osf } = reports;
    const old = await osf.node({ at: BEFORE_DAY });
    await osf.node({ at: BEFORE_DAY, columns: PRIVATE, parent: old });
    await osf.node({ at: START_OF_DAY });
    await osf.node({ at: END_OF_DAY, columns: PRIVATE });
    await osf.node({ at: START_OF_DAY, parent: old });
    await osf.node({ at: START_OF_DAY, parent: old, columns: PRIVATE });
    await osf.node({ at: END_OF_DAY, parent: old, columns: PRIVATE });
    await osf.node({ at: AFTER_DAY });
    const { nodes, projects } = await summary();
    expect(nodes).toEqual({
      total: 7,
      total_excluding_spam: 7,
      public: 3,
      private: 4,
      total_daily: 5,
      total_daily_excluding_spam: 5,
      public_daily: 2,
      private_daily: 3,
    });
    expect(projects).toEqual({
      total: 3,
      total_excluding_spam: 3,
      public: 2,
      private: 1,
      total_daily: 2,
      total_daily_excluding_spam: 2,
      public_daily: 1,
      private_daily: 1,
    });
  });

  it('excludes flagged and confirmed spam, but not ham, from the counts excluding spam', async () => {
    const { osf } = reports;
    const root = await osf.node({ at: BEFORE_DAY });
    for (const spam_status of [1, 2, 4]) {
      await osf.node({ at: BEFORE_DAY, columns: { spam_status } });
      await osf.node({ at: START_OF_DAY, columns: { spam_status } });
      await osf.node({ at: START_OF_DAY, columns: { spam_status }, parent: root });
    }
    const { nodes, projects } = await summary();
    expect(nodes).toMatchObject({ total: 10, total_excluding_spam: 4 });
    expect(nodes).toMatchObject({ total_daily: 6, total_daily_excluding_spam: 2 });
    expect(projects).toMatchObject({ total: 7, total_excluding_spam: 3 });
    expect(projects).toMatchObject({ total_daily: 3, total_daily_excluding_spam: 1 });
  });

  it('does not count deleted nodes, collections and drafts', async () => {
    const { osf } = reports;
    await osf.node({ at: START_OF_DAY, columns: DELETED });
    await osf.registration({ at: START_OF_DAY, columns: DELETED });
    await osf.node({ at: START_OF_DAY, columns: { type: 'osf.collection' } });
    await osf.node({ at: START_OF_DAY, columns: { type: 'osf.draftnode' } });
    for (const totals of Object.values(await summary())) expect(new Set(Object.values(totals))).toEqual(new Set([0]));
  });

  it('counts registrations with and without components, and private ones as embargoed', async () => {
    const { osf } = reports;
    const old = await osf.registration({ at: BEFORE_DAY });
    await osf.registration({ at: BEFORE_DAY, parent: old, columns: PRIVATE });
    await osf.registration({ at: START_OF_DAY });
    await osf.registration({ at: END_OF_DAY, columns: PRIVATE });
    await osf.registration({ at: START_OF_DAY, parent: old });
    await osf.registration({ at: START_OF_DAY, parent: old, columns: PRIVATE });
    await osf.registration({ at: END_OF_DAY, parent: old, columns: PRIVATE });
    await osf.registration({ at: AFTER_DAY });
    const { registered_nodes, registered_projects, nodes } = await summary();
    expect(registered_nodes).toEqual({
      total: 7,
      public: 3,
      embargoed: 4,
      embargoed_v2: 0,
      withdrawn: 0,
      total_daily: 5,
      public_daily: 2,
      embargoed_daily: 3,
      embargoed_v2_daily: 0,
      withdrawn_daily: 0,
    });
    expect(registered_projects).toEqual({
      total: 3,
      public: 2,
      embargoed: 1,
      embargoed_v2: 0,
      withdrawn: 0,
      total_daily: 2,
      public_daily: 1,
      embargoed_daily: 1,
      embargoed_v2_daily: 0,
      withdrawn_daily: 0,
    });
    expect(nodes).toMatchObject({ total: 0 });
  });

  it('counts as embargoed_v2 private registrations whose root has an embargo that ends after the day', async () => {
    const { osf } = reports;
    async function embargoed(at: string, end_date: string, columns = PRIVATE): Promise<Target> {
      const registration = await osf.registration({ at, columns });
      await osf.sanction('embargo', registration, { columns: { end_date } });
      return registration;
    }
    const root = await embargoed(BEFORE_DAY, AFTER_DAY);
    await osf.registration({ at: START_OF_DAY, parent: root, columns: PRIVATE });
    await osf.registration({ at: START_OF_DAY, parent: root, columns: PRIVATE });
    await embargoed(START_OF_DAY, AFTER_DAY);
    await embargoed(BEFORE_DAY, END_OF_DAY);
    await embargoed(START_OF_DAY, START_OF_DAY);
    await embargoed(BEFORE_DAY, AFTER_DAY, { is_public: true });
    await osf.registration({ at: BEFORE_DAY, columns: PRIVATE });
    const { registered_nodes, registered_projects } = await summary();
    expect(registered_nodes).toMatchObject({
      embargoed: 7,
      embargoed_v2: 4,
      embargoed_daily: 4,
      embargoed_v2_daily: 3,
    });
    expect(registered_projects).toMatchObject({
      embargoed: 5,
      embargoed_v2: 2,
      embargoed_daily: 2,
      embargoed_v2_daily: 1,
    });
  });

  it('counts withdrawn registrations, and as withdrawn_daily those withdrawn on the day', async () => {
    const { osf } = reports;
    const root = await osf.registration({ at: BEFORE_DAY });
    async function withdraw(date_retracted: string | null, parent?: Target): Promise<void> {
      const registration = await osf.registration({ at: BEFORE_DAY, parent });
      await osf.sanction('retraction', registration, { columns: { date_retracted } });
    }
    await withdraw(BEFORE_DAY);
    await withdraw(START_OF_DAY);
    await withdraw(END_OF_DAY);
    await withdraw(END_OF_DAY, root);
    await withdraw(AFTER_DAY);
    await withdraw(null);
    const { registered_nodes, registered_projects } = await summary();
    expect(registered_nodes).toMatchObject({ total: 7, withdrawn: 6, withdrawn_daily: 3 });
    expect(registered_projects).toMatchObject({ total: 6, withdrawn: 5, withdrawn_daily: 2 });
  });
});
