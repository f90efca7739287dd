import type { Columns, Referent, Target } from '../../support/osf-builder.js';
import { describeWithOsfDatabase } from '../../support/osf-database.js';
import { AFTER_DAY, BEFORE_DAY, DAY, END_OF_DAY, OsfReports, START_OF_DAY } from '../../support/osf-reports.js';

const PRIVATE = { is_public: false };
const NO_FILES = { total: 0, public: 0, private: 0, total_daily: 0, public_daily: 0, private_daily: 0 };

/** The columns of preprints that are not public, by the reason. */
const UNPUBLISHED: Record<string, Columns> = {
  'is private': PRIVATE,
  'is pending moderation': { is_published: false, machine_state: 'pending' },
  'is a draft': { machine_state: 'initial' },
  'was deleted': { deleted: AFTER_DAY },
  'is spam': { spam_status: 2 },
  'was withdrawn before it was public': { date_withdrawn: START_OF_DAY, ever_public: false },
};

describeWithOsfDatabase('reports on files and preprints', () => {
  const reports = OsfReports.inEachTest();
  let provider: Referent;

  beforeEach(async () => {
    provider = await reports.osf.provider('preprint', 'osf');
  });

  async function publish(at: string, columns: Columns = {}, of = provider): Promise<Target> {
    const preprint = await reports.osf.preprint({ provider: of, at, columns });
    await reports.osf.primaryFile(preprint, { at });
    return preprint;
  }

  describe('osfstorage_file_count', () => {
    async function files(): Promise<unknown> {
      return (await reports.report('osfstorage_file_count', DAY))['files'];
    }

    it('counts files of projects, registrations and components by their creation date', async () => {
      const { osf } = reports;
      const project = await osf.node();
      const open = [project, await osf.registration()];
      const closed = [
        await osf.node({ parent: project, columns: PRIVATE }),
        await osf.registration({ columns: PRIVATE }),
      ];
      for (const node of open) for (const at of [BEFORE_DAY, START_OF_DAY, AFTER_DAY]) await osf.file(node, { at });
      for (const node of closed) for (const at of [BEFORE_DAY, START_OF_DAY, END_OF_DAY]) await osf.file(node, { at });
      expect(await files()).toEqual({
        total: 10,
        public: 4,
        private: 6,
        total_daily: 6,
        public_daily: 2,
        private_daily: 4,
      });
    });

    it('counts a file once, however many versions it has', async () => {
      await reports.osf.file(await reports.osf.node(), { at: START_OF_DAY, sizes: [1, 2, 3] });
      expect(await files()).toMatchObject({ total: 1, total_daily: 1 });
    });

    it("counts files in the OSF's own storage, unless they or their project are deleted", async () => {
      const { osf } = reports;
      const project = await osf.node();
      await osf.file(project, { at: START_OF_DAY, provider: 'github' });
      await osf.file(project, { at: START_OF_DAY, columns: { type: 'osf.trashedfile', deleted: END_OF_DAY } });
      await osf.file(project, { at: START_OF_DAY, columns: { type: 'osf.osfstoragefolder' } });
      await osf.file(await osf.node({ columns: { deleted: AFTER_DAY, is_deleted: true } }), { at: START_OF_DAY });
      expect(await files()).toEqual(NO_FILES);
    });

    it('treats a file of a preprint as public like the preprint, not like a project with the same id', async () => {
      const { osf } = reports;
      const preprint = await publish(BEFORE_DAY);
      await publish(BEFORE_DAY, PRIVATE);
      await osf.node({ columns: { ...PRIVATE, id: preprint.id } });
      await osf.file(preprint, { at: START_OF_DAY });
      expect(await files()).toEqual({
        total: 3,
        public: 2,
        private: 1,
        total_daily: 1,
        public_daily: 1,
        private_daily: 0,
      });
    });

    it.each(Object.entries(UNPUBLISHED))(
      'counts the files of a preprint that %s as private, or not at all if it was deleted',
      async (_, columns) => {
        await publish(START_OF_DAY, columns);
        const isDeleted = 'deleted' in columns;
        expect(await files()).toMatchObject({ total: isDeleted ? 0 : 1, public: 0, private: isDeleted ? 0 : 1 });
      },
    );
  });

  describe('preprint_summary', () => {
    async function summary(): Promise<unknown> {
      return Object.fromEntries(
        (await reports.reports('preprint_summary', DAY)).map((each) => [each['provider_key'], each['preprint_count']]),
      );
    }

    it('counts the preprints of each provider that were published by the end of the day', async () => {
      const { osf } = reports;
      const other = await osf.provider('preprint', 'psyarxiv');
      await osf.provider('preprint', 'empty');
      await osf.provider('registration', 'osf');
      for (const at of [BEFORE_DAY, START_OF_DAY, END_OF_DAY, AFTER_DAY]) await publish(at);
      await publish(BEFORE_DAY, { date_published: AFTER_DAY });
      await publish(BEFORE_DAY, { date_withdrawn: START_OF_DAY, ever_public: true });
      await publish(AFTER_DAY, { date_published: END_OF_DAY }, other);
      expect(await summary()).toEqual({ empty: 0, osf: 4, psyarxiv: 1 });
    });

    it.each(Object.entries(UNPUBLISHED))('does not count a preprint that %s', async (_, columns) => {
      await publish(BEFORE_DAY, columns);
      expect(await summary()).toEqual({ osf: 0 });
    });

    it('does not count a preprint without its file', async () => {
      const { osf } = reports;
      await osf.preprint({ provider });
      await osf.primaryFile(await osf.preprint({ provider }), { columns: { deleted_on: START_OF_DAY } });
      expect(await summary()).toEqual({ osf: 0 });
    });

    it('counts a preprint once, however many of its versions are published', async () => {
      const { osf } = reports;
      const first = await publish(BEFORE_DAY);
      for (const at of [START_OF_DAY, END_OF_DAY]) {
        await osf.primaryFile(await osf.preprint({ provider, at, versionOf: first }));
      }
      await osf.primaryFile(await osf.preprint({ provider, versionOf: first, columns: { is_published: false } }));
      await publish(START_OF_DAY);
      expect(await summary()).toEqual({ osf: 2 });
    });
  });
});
