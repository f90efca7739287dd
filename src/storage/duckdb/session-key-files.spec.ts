import { mkdtemp, readdir, rename, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CalendarDate } from '../../time/calendar-date.js';
import { SessionKeyFiles } from './session-key-files.js';

describe('SessionKeyFiles', () => {
  let folder: string;
  let keys: SessionKeyFiles;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'osf-metrics-'));
    keys = new SessionKeyFiles(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const aKey = (fill: number) => ({
    date: CalendarDate.parse('2026-11-20'),
    secret: Buffer.alloc(32, fill),
    createdAt: new Date('2026-11-20T00:00:00Z'),
  });

  it('deletes the file of a key, and ignores a key that is already deleted', async () => {
    await keys.findOrCreate(aKey(1));
    await keys.delete(aKey(1).date);
    await keys.delete(aKey(1).date);
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not return a key whose deletion was interrupted, and completes the deletion later', async () => {
    await keys.findOrCreate(aKey(1));
    await rename(join(folder, '2026-11-20.key'), join(folder, '2026-11-20.deleted'));
    expect(await keys.findOrCreate(aKey(2))).toEqual(aKey(2));
    expect(await keys.list()).toEqual([aKey(2)]);
    expect(await readdir(folder)).toEqual(['2026-11-20.key']);
  });

  it.each([0, 16])('replaces a key of %d bytes, which could be guessed', async (bytes) => {
    await keys.findOrCreate(aKey(1));
    await truncate(join(folder, '2026-11-20.key'), bytes);
    expect(await keys.findOrCreate(aKey(2))).toEqual(aKey(2));
    expect(await keys.findOrCreate(aKey(3))).toEqual(aKey(2));
    expect(await readdir(folder)).toEqual(['2026-11-20.key']);
  });
});
