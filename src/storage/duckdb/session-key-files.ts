import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { CalendarDate } from '../../time/calendar-date.js';
import { type SessionKey, StoreUnavailableError } from '../metrics.repository.js';

const SUFFIX = '.key';
/** The suffix of a file that is being deleted. */
const DELETED_SUFFIX = '.deleted';
const SECRET_BYTES = 32;

/**
 * Stores each session key in a file of its own, because a deleted key must not be recoverable: a database keeps deleted
 * bytes in its free blocks and in its log.
 */
export class SessionKeyFiles {
  private readonly logger = new Logger(SessionKeyFiles.name);
  /** The names of files that are no keys, of which the log has been told. */
  private readonly strayNames = new Set<string>();

  constructor(private readonly folder: string) {}

  async findOrCreate(candidate: SessionKey): Promise<SessionKey> {
    return await orUnavailable(async () => {
      const existing = await this.read(candidate.date);
      if (existing?.secret.length === SECRET_BYTES) return existing;
      if (existing) await this.removeDamaged(existing);
      return await this.create(candidate);
    });
  }

  async list(): Promise<SessionKey[]> {
    return await orUnavailable(async () => {
      await this.createFolder();
      await this.eraseDeleted();
      const names = (await readdir(this.folder)).filter((name) => name.endsWith(SUFFIX)).sort();
      const keys = await Promise.all(
        names.map((name) => this.unlessStray(name, () => this.read(CalendarDate.parse(name.slice(0, -SUFFIX.length))))),
      );
      return keys.filter((key) => key !== undefined);
    });
  }

  /** Renames the file first, so that a partly erased file is never read as a key if the process ends halfway. */
  async delete(date: CalendarDate): Promise<void> {
    await orUnavailable(async () => {
      await this.createFolder();
      try {
        await rename(this.path(date), join(this.folder, `${date.toString()}${DELETED_SUFFIX}`));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
      await this.eraseDeleted();
    });
  }

  /** An incomplete key could be guessed. */
  private async removeDamaged({ date, secret }: SessionKey): Promise<void> {
    this.logger.error(
      `the session key of ${date.toString()} is damaged (${secret.length} instead of ${SECRET_BYTES} bytes) and is replaced: ` +
        'visitors who were counted in this hour before are counted as new ones',
    );
    await rename(this.path(date), join(this.folder, `${date.toString()}${DELETED_SUFFIX}`));
    await this.eraseDeleted();
  }

  /** Overwrites each file before it is deleted, so that its blocks on disk hold no secret. */
  private async eraseDeleted(): Promise<void> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith(DELETED_SUFFIX));
    for (const name of names) await this.unlessStray(name, () => erase(join(this.folder, name)));
  }

  /** One file that is no key, or cannot be read, must not keep the others from being deleted. It is logged once. */
  private async unlessStray<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!this.strayNames.has(name)) {
        this.logger.warn(
          `${join(this.folder, name)} is ignored, because it cannot be used as a session key: ${(error as Error).message}`,
        );
      }
      this.strayNames.add(name);
      return undefined;
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

  /** Writes to a draft first, so that a key is never incomplete. Linking fails if another call created the key first. */
  private async create(key: SessionKey): Promise<SessionKey> {
    await this.createFolder();
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

  private async createFolder(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
  }

  private path(date: CalendarDate): string {
    return join(this.folder, `${date.toString()}${SUFFIX}`);
  }
}

async function erase(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(Buffer.alloc(SECRET_BYTES), 0, SECRET_BYTES, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await unlink(path);
}

async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = (error as Error).message;
    throw new StoreUnavailableError(`the session keys cannot be read or written: ${reason}`, { cause: error });
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
