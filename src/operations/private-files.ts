import { chmod, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const GROUP_AND_OTHERS = 0o077;
const OTHERS = 0o007;

/** Lets only the owner of the process read the files and folders that it creates. */
export function createPrivateFiles(): void {
  process.umask(GROUP_AND_OTHERS);
}

/**
 * Takes the permissions of other users from a folder and its content: older versions let everyone read them. Permissions of
 * the group stay, because an operator may have granted them, to a backup program for example. A path that belongs to another
 * user stays as it is.
 */
export async function restrictFolder(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const path of [folder, ...names.map((name) => join(folder, name))]) {
    await restrict(path).catch(() => undefined);
  }
}

async function restrict(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & OTHERS) !== 0) await chmod(path, mode & ~OTHERS);
}
