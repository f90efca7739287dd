import type { Columns, Referent, Target } from '../../support/osf-builder.js';
import { describeWithOsfDatabase } from '../../support/osf-database.js';
import {
  AFTER_MONTH,
  BEFORE_MONTH,
  END_OF_MONTH,
  MONTH,
  OsfReports,
  START_OF_MONTH,
} from '../../support/osf-reports.js';

describeWithOsfDatabase('reports on spam', () => {
  const reports = OsfReports.inEachTest();
  let provider: Referent;

  beforeEach(async () => {
    provider = await reports.osf.provider('preprint', 'osf');
  });

  /** Logs the action `times` times at each of the moments. */
  async function mark(target: Target, action: string, times = 1, moments = [START_OF_MONTH]): Promise<void> {
    for (const at of moments) {
      for (let index = 0; index < times; index += 1) await reports.osf.log(target, null, { at, action });
    }
  }

  async function preprint(columns: Columns = {}): Promise<Target> {
    return await reports.osf.preprint({ provider, columns });
  }

  describe('spam_summary', () => {
    it('counts flags and confirmations by type of item', async () => {
      const { osf } = reports;
      const [project, registration] = [await osf.node(), await osf.registration()];
      await mark(project, 'confirm_spam', 2);
      await mark(await osf.node({ parent: project }), 'confirm_ham', 3);
      await mark(project, 'flag_spam', 4);
      await mark(registration, 'confirm_spam', 5);
      await mark(registration, 'confirm_ham', 6);
      await mark(registration, 'flag_spam', 7);
      const paper = await preprint();
      await mark(paper, 'confirm_spam', 8);
      await mark(paper, 'confirm_ham', 9);
      await mark(paper, 'flag_spam', 10);
      for (const target of [project, registration, paper]) await mark(target, 'made_public');
      expect(await reports.report('spam_summary', MONTH)).toEqual({
        node_confirmed_spam: 2,
        node_confirmed_ham: 3,
        node_flagged: 4,
        registration_confirmed_spam: 5,
        registration_confirmed_ham: 6,
        registration_flagged: 7,
        preprint_confirmed_spam: 8,
        preprint_confirmed_ham: 9,
        preprint_flagged: 10,
        user_marked_as_spam: 0,
        user_marked_as_ham: 0,
      });
    });

    it('counts what happened in the month, from its first instant to its last', async () => {
      const moments = [BEFORE_MONTH, START_OF_MONTH, END_OF_MONTH, AFTER_MONTH];
      await mark(await reports.osf.node(), 'flag_spam', 1, moments);
      await mark(await preprint(), 'flag_spam', 1, moments);
      const report = await reports.report('spam_summary', MONTH);
      expect(report).toMatchObject({ node_flagged: 2, preprint_flagged: 2 });
    });

    it('counts confirmed spam, which the OSF has deleted', async () => {
      const deleted = { deleted: AFTER_MONTH };
      await mark(await reports.osf.node({ columns: deleted }), 'confirm_spam');
      await mark(await preprint(deleted), 'confirm_spam');
      const report = await reports.report('spam_summary', MONTH);
      expect(report).toMatchObject({ node_confirmed_spam: 1, preprint_confirmed_spam: 1 });
    });

    it('does not count logs that a registration or fork copied from its original', async () => {
      const { osf } = reports;
      const project = await osf.node();
      await mark(project, 'flag_spam');
      for (const copy of [await osf.registration(), await osf.node()]) {
        await osf.log(copy, null, {
          at: START_OF_MONTH,
          action: 'flag_spam',
          columns: { created: END_OF_MONTH, original_node_id: project.id },
        });
      }
      const report = await reports.report('spam_summary', MONTH);
      expect(report).toMatchObject({ node_flagged: 1, registration_flagged: 0 });
    });

    it('counts users created in the month who are marked as spam or ham', async () => {
      const { osf } = reports;
      for (const at of [BEFORE_MONTH, START_OF_MONTH, END_OF_MONTH, AFTER_MONTH]) {
        for (const spam_status of [null, 1, 2, 4]) await osf.user({ at, columns: { spam_status } });
      }
      await osf.user({ at: START_OF_MONTH, columns: { spam_status: 4 } });
      const report = await reports.report('spam_summary', MONTH);
      expect(report).toMatchObject({ user_marked_as_spam: 2, user_marked_as_ham: 3 });
    });
  });

  describe('private_spam_metrics', () => {
    it('counts the items that each filter flagged, and those marked as ham; items of both filters count for each', async () => {
      const { osf } = reports;
      const found: Columns[] = [{ who_flagged: 'oopspam' }, { who_flagged: 'akismet' }, { who_flagged: 'both' }, {}];
      for (const [index, spam_data] of found.entries()) {
        const columns = { spam_data };
        await mark(await osf.node({ columns }), 'flag_spam', index + 1);
        await mark(await osf.registration({ columns }), 'confirm_ham', index + 2);
        await mark(await osf.node({ columns }), 'confirm_spam');
        await mark(await preprint(columns), 'flag_spam', index + 3);
        await mark(await preprint(columns), 'confirm_ham', index + 4);
      }
      expect(await reports.report('private_spam_metrics', MONTH)).toEqual({
        node_oopspam_flagged: 1 + 3,
        node_oopspam_hammed: 2 + 4,
        node_akismet_flagged: 2 + 3,
        node_akismet_hammed: 3 + 4,
        preprint_oopspam_flagged: 3 + 5,
        preprint_oopspam_hammed: 4 + 6,
        preprint_akismet_flagged: 4 + 5,
        preprint_akismet_hammed: 5 + 6,
      });
    });

    it('counts what happened in the month, including deleted items', async () => {
      const moments = [BEFORE_MONTH, START_OF_MONTH, END_OF_MONTH, AFTER_MONTH];
      const columns = { spam_data: { who_flagged: 'akismet' }, deleted: AFTER_MONTH };
      await mark(await reports.osf.node({ columns }), 'flag_spam', 1, moments);
      await mark(await preprint(columns), 'confirm_ham', 1, moments);
      const report = await reports.report('private_spam_metrics', MONTH);
      expect(report).toMatchObject({ node_akismet_flagged: 2, node_oopspam_flagged: 0, preprint_akismet_hammed: 2 });
    });
  });
});
