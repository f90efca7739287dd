import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { CalendarDate } from '../../time/calendar-date.js';
import { type SessionKey, StoreUnavailableError } from '../metrics.repository.js';

const SUFFIX = '.key';
/** Of a file that is being deleted. */
const DELETED_SUFFIX = '.deleted';
const SECRET_BYTES = 32;

/**
 * Session keys, each in a file of its own beside the database, not in it: a database keeps deleted bytes in its free
 * blocks, its log and its backups, and a deleted key must be gone.
 */
export class SessionKeyFiles {
  constructor(private readonly folder: string) {}

  async findOrSave(candidate: SessionKey): Promise<SessionKey> {
    return await orUnavailable(async () => (await this.read(candidate.date)) ?? (await this.save(candidate)));
  }

  async list(): Promise<SessionKey[]> {
    return await orUnavailable(async () => {
      await this.makeFolder();
      await this.eraseDeleted();
      const names = (await readdir(this.folder)).filter((name) => name.endsWith(SUFFIX)).sort();
      const keys = await Promise.all(names.map((name) => this.read(CalendarDate.parse(name.slice(0, -SUFFIX.length)))));
      return keys.filter((key) => key !== undefined);
    });
  }

  /** Under another name first: nobody takes what is left of a key for a key, should the process end halfway. */
  async delete(date: CalendarDate): Promise<void> {
    await orUnavailable(async () => {
      await this.makeFolder();
      try {
        await rename(this.path(date), join(this.folder, `${date.toString()}${DELETED_SUFFIX}`));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
      await this.eraseDeleted();
    });
  }

  /** Overwrites each file before it goes, so that its old blocks tell nothing. */
  private async eraseDeleted(): Promise<void> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith(DELETED_SUFFIX));
    for (const path of names.map((name) => join(this.folder, name))) {
      const file = await open(path, 'r+');
      await file.write(Buffer.alloc(SECRET_BYTES), 0, SECRET_BYTES, 0);
      await file.sync();
      await file.close();
      await unlink(path);
    }
  }

  private async read(date: CalendarDate): Promise<SessionKey | undefined> {
    try {
      const [secret, { mtime }] = await Promise.all([readFile(this.path(date)), stat(this.path(date))]);
      return { date, secret, createdAt: mtime };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Under another name first, so that there never is half a key; of two that come at once the first is kept. */
  private async save(key: SessionKey): Promise<SessionKey> {
    await this.makeFolder();
    const draft = join(this.folder, `${randomUUID()}.draft`);
    const file = await open(draft, 'wx', 0o600);
    await file.write(key.secret);
    await file.utimes(key.createdAt, key.createdAt);
    await file.sync();
    await file.close();
    try {
      await link(draft, this.path(key.date));
      return key;
    } catch (error) {
      const existing = await this.read(key.date);
      if (existing) return existing;
      throw error;
    } finally {
      await unlink(draft);
    }
  }

  private async makeFolder(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
  }

  private path(date: CalendarDate): string {
    return join(this.folder, `${date.toString()}${SUFFIX}`);
  }
}

async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new StoreUnavailableError('the session keys cannot be read or written', { cause: error });
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
