import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { Clock } from '../time/clock.js';
import { CommandError, type ServiceClient } from './service-client.js';
import { type ServiceOptions, withService } from './with-service.js';

const OWNER_ONLY = 0o600;

/** Adds `backup`, which copies the store of a running service, and `restore`, which works on the files themselves. */
export function addBackupCommands(program: Command, clock: Clock): void {
  program
    .command('backup <file>')
    .description(
      'copy the embedded store to a file, which it replaces, while the service runs; session keys are left out',
    )
    .action(async (file: string, _options, command: Command) => {
      await withService(command.optsWithGlobals<ServiceOptions>(), (client) => downloadBackup(client, file));
      const { describeBackup } = await import('./restore.js');
      console.log(`saved ${await describeBackup(file)} in ${file}`);
    });
  program
    .command('restore [file]')
    .description('replace the embedded store by a backup; without a file, by the newest intact one in BACKUP_DIR')
    .action(async (file: string | undefined) => {
      const { restore } = await import('./restore.js');
      await restore(clock, file);
    });
}

/** Writes to a draft first, so that an interruption leaves no incomplete backup. */
async function downloadBackup(client: ServiceClient, file: string): Promise<void> {
  const draft = `${file}.draft`;
  try {
    const body = await client.getBytes('backup');
    await pipeline(Readable.fromWeb(body), createWriteStream(draft, { mode: OWNER_ONLY }));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    if (error instanceof CommandError) throw error;
    throw new CommandError(`cannot save ${file}: ${(error as Error).message}`);
  }
}
