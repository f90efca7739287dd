import type { Problem } from '../http/json-api/api-error.js';
import { MAX_BATCH_SIZE } from '../http/json-api/protocol.js';
import { countOf } from './count-of.js';
import { describeProblem } from './describe-problem.js';
import { RejectedLines } from './rejected-lines.js';
import { CommandError, type ServiceClient } from './service-client.js';

/** Half of what the service accepts. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;

/** A JSON line, and its name in messages. */
export interface NamedLine {
  readonly name: string;
  readonly text: string;
}

/** The number of lines by outcome: `recorded`, `saved`, `skipped`, `rejected`. */
export type Outcomes = Record<string, number>;

interface Outcome {
  readonly status: string;
  readonly reason?: string;
  readonly errors?: readonly Problem[];
  readonly ignored?: readonly string[];
}

/**
 * Sends lines to a batch route, and at the end, or when it fails, prints why lines were rejected, once for each reason, and
 * which attributes the service ignored.
 *
 * @param onSent called with the lines of each completed request
 * @throws CommandError if the service does not return an outcome for each line
 */
export async function sendLines<L extends NamedLine>(
  client: ServiceClient,
  path: string,
  lines: AsyncIterable<L>,
  onSent: (sent: readonly L[]) => void,
): Promise<Outcomes> {
  const outcomes: Outcomes = {};
  const rejected = new RejectedLines();
  const linesOfIgnored = new Map<string, number>();
  try {
    for await (const batch of toBatches(lines)) {
      for (const [index, outcome] of (await sendBatch(client, path, batch)).entries()) {
        const { status } = outcome;
        outcomes[status] = (outcomes[status] ?? 0) + 1;
        for (const name of outcome.ignored ?? []) linesOfIgnored.set(name, (linesOfIgnored.get(name) ?? 0) + 1);
        if (status === 'rejected') rejected.add(batch[index]?.name ?? '', describeRejection(outcome));
      }
      onSent(batch);
    }
  } finally {
    for (const line of rejected.describe()) console.error(line);
    for (const [name, lines] of linesOfIgnored)
      console.error(`ignored the unknown attribute ${name} (lines: ${lines})`);
  }
  return outcomes;
}

export function describeOutcomes(outcomes: Outcomes): string {
  return Object.entries(outcomes)
    .map(([status, count]) => `${count} ${status}`)
    .join(', ');
}

async function* toBatches<L extends NamedLine>(lines: AsyncIterable<L>): AsyncIterable<L[]> {
  let [batch, bytes]: [L[], number] = [[], 0];
  for await (const line of lines) {
    const length = Buffer.byteLength(line.text) + 1;
    if (batch.length > 0 && (batch.length === MAX_BATCH_SIZE || bytes + length > MAX_BATCH_BYTES)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(line);
    bytes += length;
  }
  if (batch.length > 0) yield batch;
}

async function sendBatch(client: ServiceClient, path: string, batch: readonly NamedLine[]): Promise<Outcome[]> {
  const texts = batch.map(({ text }) => text);
  const { data } = await client.postLines<{ data: Outcome[] }>(path, texts);
  if (data.length !== batch.length) {
    const [first, last] = [batch[0]?.name, batch.at(-1)?.name];
    throw new CommandError(
      `the service returned ${countOf(data.length, 'outcome')} for ${countOf(batch.length, 'line')}, from ${first} to ${last}`,
    );
  }
  return data;
}

function describeRejection({ errors, reason }: Outcome): string {
  return errors?.map(describeProblem).join('; ') ?? reason ?? 'unknown reason';
}
