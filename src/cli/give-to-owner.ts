import { lchown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Gives the contents of a data folder to its owner. Otherwise, the service could not open what root has created there. */
export async function giveToOwner(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await lchown(join(entry.parentPath, entry.name), uid, gid);
  }
}
