import type { Problem } from '../http/json-api/api-error.js';
import { describeProblem } from './describe-problem.js';
import { CommandError, type ServiceClient } from './service-client.js';

/** As many lines, and bytes of them, as the service takes at a time. */
const LINES_PER_REQUEST = 1_000;
const BYTES_PER_REQUEST = 8 * 1024 * 1024;

/** A line of JSON, and what it is called when it is rejected. */
export interface NamedLine {
  readonly name: string;
  readonly text: string;
}

/** How many lines came to which end: `recorded`, `saved`, `skipped`, `rejected`. */
export type Outcomes = Record<string, number>;

interface Outcome {
  readonly status: string;
  readonly reason?: string;
  readonly errors?: readonly Problem[];
}

/**
 * Sends lines to a route that takes batches; says of each line that was rejected why.
 *
 * @param onSent is told of the lines that the service has answered for
 * @throws CommandError when the service does not answer for each line
 */
export async function sendLines<L extends NamedLine>(
  client: ServiceClient,
  path: string,
  lines: AsyncIterable<L>,
  onSent: (sent: readonly L[]) => void,
): Promise<Outcomes> {
  const outcomes: Outcomes = {};
  for await (const part of inParts(lines)) {
    for (const status of await sendPart(client, path, part)) outcomes[status] = (outcomes[status] ?? 0) + 1;
    onSent(part);
  }
  return outcomes;
}

export function describeOutcomes(outcomes: Outcomes): string {
  return Object.entries(outcomes)
    .map(([status, count]) => `${count} ${status}`)
    .join(', ');
}

async function* inParts<L extends NamedLine>(lines: AsyncIterable<L>): AsyncIterable<L[]> {
  let [part, bytes]: [L[], number] = [[], 0];
  for await (const line of lines) {
    const length = Buffer.byteLength(line.text) + 1;
    if (part.length > 0 && (part.length === LINES_PER_REQUEST || bytes + length > BYTES_PER_REQUEST)) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(line);
    bytes += length;
  }
  if (part.length > 0) yield part;
}

async function sendPart(client: ServiceClient, path: string, part: readonly NamedLine[]): Promise<string[]> {
  const texts = part.map(({ text }) => text);
  const { data } = await client.postLines<{ data: Outcome[] }>(path, texts);
  if (data.length !== part.length) {
    const [first, last] = [part[0]?.name, part.at(-1)?.name];
    throw new CommandError(
      `the service answered for ${data.length} of the ${part.length} lines from ${first} to ${last}`,
    );
  }
  data.forEach(({ status, errors, reason }, index) => {
    if (status !== 'rejected') return;
    const problems = errors?.map(describeProblem).join('; ') ?? reason;
    console.error(`${part[index]?.name}: ${problems}`);
  });
  return data.map(({ status }) => status);
}
