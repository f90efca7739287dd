import { copyFileSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { dataFilePath, logFilePath } from '../../src/storage/duckdb/data-file.js';
import { toRecord } from '../support/builders.js';
import { EmbeddedStore } from '../support/embedded-store.js';
import { flipBit, overwrite, resize, tearPage } from '../support/file-damage.js';

const BATCH = 20;

describe('damaged files of the embedded store', () => {
  let running: EmbeddedStore;
  let store: EmbeddedStore;
  let recorded = 0;
  const logged: string[] = [];

  beforeAll(async () => {
    const collect = (message: string): void => void logged.push(message);
    const ignore = (): void => undefined;
    Logger.overrideLogger({ log: ignore, warn: collect, error: collect });
    running = await EmbeddedStore.create();
    await running.open();
    await record();
    await running.backUp();
    await record();
    await running.backUp();
    await record();
  });
  afterAll(async () => {
    await running.remove();
    Logger.overrideLogger(undefined as never);
  });
  beforeEach(async () => {
    store = await running.copyFiles();
    logged.length = 0;
  });
  afterEach(async () => {
    await store.remove();
  });

  async function record(): Promise<void> {
    const at = running.clock.now();
    const usages = Array.from({ length: BATCH }, () => toRecord({ at, session: `s${recorded++}`, page: {} }));
    await running.repository.recordUsages(usages);
  }

  const file = (): string => dataFilePath(store.folder);
  const log = (): string => logFilePath(store.folder);

  async function expectNothingLost(): Promise<void> {
    expect(await store.listUsages()).toEqual(await running.listUsages());
  }

  describe.each([
    ['its last 4 KiB are zero', () => tearPage(log(), -1)],
    ['its last 4 KiB are random', () => tearPage(log(), -1, 0x5a)],
    ['zeros follow it', () => resize(log(), statSync(log()).size + 4_096)],
    ['a bit in the middle is flipped', () => flipBit(log(), Math.floor(statSync(log()).size / 2))],
    ['it is missing', () => rmSync(log())],
    ['it is empty', () => resize(log(), 0)],
    ['its head is overwritten', () => overwrite(log(), 0, Buffer.alloc(256, 0x5a))],
  ])('when the log is damaged: %s', (_damage, damage) => {
    it('starts with every usage, and says what it did', async () => {
      damage();
      await store.open();
      await expectNothingLost();
      expect(logged.join('\n')).toMatch(/recorded \d+ usages from the journal, which the data file lacked/);
      await store.close();
      await store.open();
      await expectNothingLost();
    });
  });

  it('keeps a damaged log under a dated name', async () => {
    tearPage(log(), -1);
    await store.open();
    expect(logged.join('\n')).toMatch(/the log of the data file is damaged.*The log is kept as .*wal\.set-aside-2026/);
    expect(readdirSync(store.folder)).toContainEqual(
      expect.stringMatching(/^osf-metrics\.duckdb\.wal\.set-aside-2026-/),
    );
  });

  describe.each([
    ['a page is damaged', /is damaged/, () => tearPage(file(), 6)],
    ['its last quarter is missing', /is damaged/, () => resize(file(), Math.floor((statSync(file()).size * 3) / 4))],
    ['it is missing', /is missing/, () => rmSync(file())],
    ['it is empty', /has only 0 bytes/, () => resize(file(), 0)],
    ['it has 8 KiB', /has only 8192 bytes/, () => resize(file(), 8_192)],
  ])('when the data file is damaged: %s', (_damage, message, damage) => {
    it('does not start, and restores every usage', async () => {
      // A file whose log was moved into it has more to damage.
      await store.open();
      await store.close();
      damage();
      const refused = store.open();
      await expect(refused).rejects.toThrow(message);
      await expect(refused).rejects.toThrow(
        /There is the backup of 2026-.* and the journal .*Run "osf-metrics restore"/,
      );
      expect(await store.restore()).toMatchObject({ usages: BATCH, missing: 0 });
      await store.open();
      await expectNothingLost();
    });
  });

  it('restores from the journal alone before there is a backup', async () => {
    rmSync(join(store.folder, 'backups'), { recursive: true });
    const early = await EmbeddedStore.create();
    await early.open();
    await early.repository.recordUsages([toRecord({ session: 'a' }), toRecord({ session: 'b' })]);
    const usages = await early.listUsages();
    await early.close();
    rmSync(dataFilePath(early.folder));
    await expect(early.open()).rejects.toThrow(/is missing.*There is the journal .*Run "osf-metrics restore"/);
    expect(await early.restore()).toMatchObject({ usages: 2, missing: 0 });
    await early.open();
    expect(await early.listUsages()).toEqual(usages);
    await early.remove();
  });

  it.each([0, 1, 4_096, 8_192])('creates the store anew on a file of %d bytes that a full disk left', async (bytes) => {
    const empty = await EmbeddedStore.create();
    writeFileSync(dataFilePath(empty.folder), Buffer.alloc(bytes));
    await empty.open();
    expect(await empty.listUsages()).toEqual([]);
    await empty.remove();
  });

  it('ignores an incomplete record of the journal, which was not acknowledged', async () => {
    const journal = join(store.folder, 'journal');
    const last = join(journal, readdirSync(journal).sort().at(-1) ?? '');
    overwrite(last, statSync(last).size, Buffer.from('an incomplete record'));
    rmSync(log());
    await store.open();
    await expectNothingLost();
  });

  it('does not store a usage again that was refused', async () => {
    await store.open();
    const before = await store.listUsages();
    const invalid = toRecord({ session: 'refused' });
    Object.assign(invalid.usage, { timestamp: 'not a time' });
    await expect(store.repository.recordUsages([invalid])).rejects.toThrow();
    const killed = await store.copyFiles();
    await killed.open();
    expect(await killed.listUsages()).toEqual(before);
    await killed.remove();
  });

  it('says that nothing is lost when the service was killed before a checkpoint removed its log', async () => {
    const killed = await running.copyFiles();
    // Closing the file moves the log into it. The copy is a file of after the checkpoint with the log of before.
    await store.open();
    await store.close();
    rmSync(dataFilePath(killed.folder));
    copyFileSync(file(), dataFilePath(killed.folder));
    await killed.open();
    expect(await killed.listUsages()).toEqual(await running.listUsages());
    expect(logged.join('\n')).toMatch(/the log of the data file was already moved into it.*Nothing is lost/);
    expect(logged.join('\n')).not.toMatch(/from the journal/);
    expect(existsSync(logFilePath(killed.folder))).toBe(true);
    await killed.remove();
  });

  it('applies no log to an older file, and records the usages between from the journal', async () => {
    await store.open();
    await store.repository.forgetUpTo(
      join(store.folder, 'backups', readdirSync(join(store.folder, 'backups')).sort()[0] ?? ''),
    );
    await store.repository.recordUsages([toRecord({ session: 'later' })]);
    const usages = await store.listUsages();
    const later = await store.copyFiles();
    copyFileSync(dataFilePath(running.folder), dataFilePath(later.folder));
    await later.open();
    expect(logged.join('\n')).toMatch(/the log of the data file belongs to another state of the data file/);
    expect(await later.listUsages()).toEqual(usages);
    await later.remove();
  });

  it('does not start with a data file that is older than the journal', async () => {
    const fresh = await EmbeddedStore.create();
    await fresh.open();
    await fresh.close();
    await store.open();
    await store.close();
    copyFileSync(dataFilePath(fresh.folder), file());
    await expect(store.open()).rejects.toThrow(/the journal are of different stores/);
    await store.restore();
    await store.open();
    await expectNothingLost();
    await fresh.remove();
  });
});
