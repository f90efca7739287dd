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

const UNCONFIRMED = { date_confirmed: null, is_active: false, is_registered: false };

describeWithOsfDatabase('reports on users', () => {
  const reports = OsfReports.inEachTest();

  describe('user_summary', () => {
    async function summary(): Promise<Attributes> {
      return await reports.report('user_summary', DAY);
    }

    it('counts active users by the date on which the account was confirmed', async () => {
      const { osf } = reports;
      for (const at of [BEFORE_DAY, START_OF_DAY, END_OF_DAY, AFTER_DAY]) await osf.user({ at });
      await osf.user({ at: BEFORE_DAY, columns: { date_confirmed: START_OF_DAY } });
      await osf.user({ at: START_OF_DAY, columns: { is_active: false } });
      expect(await summary()).toEqual({
        active: 4,
        deactivated: 0,
        merged: 0,
        new_users_daily: 3,
        new_users_with_institution_daily: 0,
        unconfirmed: 0,
      });
    });

    it('counts deactivated users by date, including those whose data was deleted', async () => {
      const { osf } = reports;
      for (const date_disabled of [BEFORE_DAY, END_OF_DAY, AFTER_DAY]) {
        await osf.user({ columns: { is_active: false, date_disabled } });
      }
      await osf.user({ columns: { is_active: false, date_disabled: START_OF_DAY, deleted: START_OF_DAY } });
      expect(await summary()).toMatchObject({ deactivated: 3, active: 0 });
    });

    it('counts merged and unconfirmed accounts by the date of registration', async () => {
      const { osf } = reports;
      const mergedInto = await osf.user({ at: BEFORE_DAY });
      for (const at of [BEFORE_DAY, START_OF_DAY, END_OF_DAY, AFTER_DAY]) {
        await osf.user({ at, columns: { merged_by_id: mergedInto.id, is_active: false } });
        await osf.user({ at, columns: UNCONFIRMED });
      }
      await osf.user({ at: START_OF_DAY, columns: UNCONFIRMED });
      expect(await summary()).toMatchObject({ merged: 3, unconfirmed: 4, active: 1 });
    });

    it('counts a new user of two institutions once', async () => {
      const { osf } = reports;
      const [uni, other] = [await osf.institution(), await osf.institution()];
      for (const at of [BEFORE_DAY, START_OF_DAY, END_OF_DAY, AFTER_DAY]) {
        const user = await osf.user({ at });
        await osf.affiliate(user, uni);
        await osf.affiliate(user, other);
      }
      await osf.affiliate(await osf.user({ at: START_OF_DAY, columns: { is_active: false } }), uni);
      await osf.user({ at: START_OF_DAY });
      expect(await summary()).toMatchObject({ new_users_daily: 3, new_users_with_institution_daily: 2 });
    });
  });

  describe('new_user_domains', () => {
    it('counts accounts confirmed on the day by the domain of the e-mail address', async () => {
      const { osf } = reports;
      const addresses = {
        'early@example.org': BEFORE_DAY,
        'first@example.org': START_OF_DAY,
        'last@example.org': END_OF_DAY,
        'late@example.org': AFTER_DAY,
        '"a@b"@Example.com': START_OF_DAY,
      };
      for (const [username, at] of Object.entries(addresses)) await osf.user({ at, columns: { username } });
      await osf.user({ at: START_OF_DAY, columns: { username: 'gone@example.com', is_active: false } });
      await osf.user({ at: START_OF_DAY, columns: { ...UNCONFIRMED, username: 'new@example.net' } });
      const domains = await reports.reports('new_user_domains', DAY);
      expect(new Map(domains.map(({ domain_name, new_user_count }) => [domain_name, new_user_count]))).toEqual(
        new Map([
          ['example.org', 2],
          ['example.com', 2],
        ]),
      );
    });

    it('ignores accounts that were merged into another or deleted', async () => {
      const { osf } = reports;
      for (const username of ['abc12', 'deleted@', '']) await osf.user({ at: START_OF_DAY, columns: { username } });
      expect(await reports.reports('new_user_domains', DAY)).toEqual([]);
    });
  });
});
