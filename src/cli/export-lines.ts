import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { CalendarDate } from '../time/calendar-date.js';
import { countOf } from './count-of.js';
import { parseDate } from './option-values.js';
import { Progress } from './progress.js';
import { CommandError, MisuseError, type ServiceClient } from './service-client.js';

const NEWLINE = 0x0a;

/** The range of days to export or count. */
export interface DaysOptions {
  readonly from?: CalendarDate;
  readonly until?: CalendarDate;
}

export function addDaysOptions(command: Command): Command {
  return command.option('--from <date>', 'first day', parseDate).option('--to, --until <date>', 'last day', parseDate);
}

/** Adds the range of days to the path of an export. @throws MisuseError if the range is reversed */
export function withDays(path: string, { from, until }: DaysOptions): string {
  if (from && until && until.compare(from) < 0) throw new MisuseError('--until must not be before --from');
  const parameters = new URLSearchParams();
  if (from) parameters.set('from', from.toString());
  if (until) parameters.set('until', until.toString());
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}

/**
 * Writes JSON lines from the service to standard output.
 *
 * @returns the number of lines
 * @throws CommandError if they are fewer than the service announced
 */
export async function exportLines(client: ServiceClient, path: string, noun: string): Promise<number> {
  const { total, chunks } = await client.getLines(path);
  const progress = new Progress(`${noun}s`, total);
  let count = 0;
  // Does not end standard output: the command may export more.
  const output = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      const lines = chunk.reduce((sum, byte) => (byte === NEWLINE ? sum + 1 : sum), 0);
      count += lines;
      progress.advance(lines);
      process.stdout.write(chunk, done);
    },
  });
  try {
    await pipeline(Readable.from(readChunks(chunks)), output);
  } finally {
    progress.finish();
  }
  if (count < total) throw new CommandError(`received only ${count} of ${countOf(total, noun)}`);
  return count;
}

async function* readChunks(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } catch {
    throw new CommandError('the service aborted the export; the output is incomplete');
  }
}
