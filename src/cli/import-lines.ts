import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Problem } from '../http/api-error.js';
import { NDJSON } from '../http/media-types.js';
import { Progress } from './progress.js';
import { CommandError, type ServiceClient } from './service-client.js';

const LINES_PER_REQUEST = 1_000;

interface Outcome {
  readonly status: string;
  readonly reason?: string;
  readonly errors?: readonly Problem[];
}

/**
 * Sends a file of JSON lines, `-` for standard input, in parts; says of each line that was rejected why.
 * @throws CommandError when a line was rejected; the others are in
 */
export async function importLines(client: ServiceClient, path: string, file: string): Promise<void> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const opened = new Promise<never>((_resolve, reject) => {
    input.once('error', (error: Error) => reject(new CommandError(`${file} cannot be read: ${error.message}`)));
  });
  await Promise.race([opened, sendAll(client, path, createInterface({ input, crlfDelay: Infinity }))]);
}

async function sendAll(client: ServiceClient, path: string, lines: AsyncIterable<string>): Promise<void> {
  const counts: Record<string, number> = {};
  const progress = new Progress('lines');
  let part: { readonly number: number; readonly line: string }[] = [];
  let number = 0;
  const send = async (): Promise<void> => {
    for (const status of await sendPart(client, path, part)) counts[status] = (counts[status] ?? 0) + 1;
    progress.advance(part.length);
    part = [];
  };
  for await (const line of lines) {
    number += 1;
    if (line.trim() !== '') part.push({ number, line });
    if (part.length === LINES_PER_REQUEST) await send();
  }
  if (part.length > 0) await send();
  progress.finish();
  console.log(describe(counts));
  const { rejected = 0 } = counts;
  if (rejected > 0) throw new CommandError(rejected === 1 ? '1 line was rejected' : `${rejected} lines were rejected`);
}

async function sendPart(
  client: ServiceClient,
  path: string,
  part: readonly { number: number; line: string }[],
): Promise<string[]> {
  const body = part.map(({ line }) => line).join('\n');
  const { data } = await client.post<{ data: Outcome[] }>(path, body, NDJSON);
  data.forEach(({ status, errors, reason }, index) => {
    if (status !== 'rejected') return;
    const problems = errors?.map(({ detail }) => detail).join('; ') ?? reason;
    console.error(`line ${part[index]?.number}: ${problems}`);
  });
  return data.map(({ status }) => status);
}

function describe(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([status, count]) => `${count} ${status}`);
  return parts.length === 0 ? 'nothing to import' : parts.join(', ');
}
