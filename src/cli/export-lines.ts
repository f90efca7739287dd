import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { CalendarDate } from '../time/calendar-date.js';
import { readDate } from './option-values.js';
import { Progress } from './progress.js';
import { CommandError, MisuseError, type ServiceClient } from './service-client.js';

const NEWLINE = 0x0a;

/** The days of what is exported or counted. */
export interface DaysOptions {
  readonly from?: CalendarDate;
  readonly until?: CalendarDate;
}

export function addDaysOptions(command: Command): Command {
  return command.option('--from <date>', 'the first day', readDate).option('--until <date>', 'the last day', readDate);
}

/** The path of what can be exported, with the days asked for. @throws MisuseError when these are turned round */
export function withDays(path: string, { from, until }: DaysOptions): string {
  if (from && until && until.compare(from) < 0) throw new MisuseError('--until must not be before --from');
  const parameters = new URLSearchParams();
  if (from) parameters.set('from', from.toString());
  if (until) parameters.set('until', until.toString());
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}

/**
 * Copies lines of JSON from the service to standard output.
 *
 * @returns how many
 * @throws CommandError when fewer came than the service said that there are
 */
export async function exportLines(client: ServiceClient, path: string, unit: string): Promise<number> {
  const { total, chunks } = await client.getLines(path);
  const progress = new Progress(unit, total);
  let count = 0;
  // Standard output stays open: there may be more to export.
  const output = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      const lines = chunk.reduce((sum, byte) => (byte === NEWLINE ? sum + 1 : sum), 0);
      count += lines;
      progress.advance(lines);
      process.stdout.write(chunk, done);
    },
  });
  try {
    await pipeline(Readable.from(served(chunks)), output);
  } finally {
    progress.finish();
  }
  if (count < total) throw new CommandError(`${count} of ${total} ${unit} came`);
  return count;
}

async function* served(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } catch {
    throw new CommandError('the service broke the export off; what was written is not all');
  }
}
