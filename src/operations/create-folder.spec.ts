import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolder } from './create-folder.js';

describe('createFolder', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'osf-metrics-folder-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('creates a folder and those that contain it, also twice at once', async () => {
    const path = join(folder, 'a/b/c');
    await Promise.all([createFolder(path), createFolder(path)]);
    await createFolder(path);
    expect(existsSync(path)).toBe(true);
  });

  it.each(['/proc/none', '/proc/none/data'])('rejects %s, which cannot be created', async (path) => {
    await expect(createFolder(path)).rejects.toThrow('ENOENT');
  });
});
