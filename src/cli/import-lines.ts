import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { untilCutOff } from './cut-off.js';
import { readCount } from './option-values.js';
import { Progress } from './progress.js';
import { describeOutcomes, type NamedLine, sendLines } from './send-lines.js';
import { CommandError, type ServiceClient } from './service-client.js';
import { type ServiceOptions, withService } from './with-service.js';

interface ImportOptions extends ServiceOptions {
  readonly skip: number;
}

interface FileLine extends NamedLine {
  readonly number: number;
}

/** Adds `import [file]`, which sends JSON lines to a route that takes batches. */
export function addLinesImportCommand(parent: Command, description: string, path: string): void {
  parent
    .command('import [file]')
    .description(`${description}, one as JSON in each line; \`-\`, the default, is standard input`)
    .option('--skip <lines>', 'leave out so many lines at the beginning, which an earlier import took', readCount, 0)
    .action(async (file: string | undefined, _options, command: Command) => {
      const { skip, ...service } = command.optsWithGlobals<ImportOptions>();
      await withService(service, (client) => importLines(client, path, { file: file ?? '-', skip }));
    });
}

/**
 * Sends a file of JSON lines, `-` for standard input; says of each line that was rejected why. When it is cut off, it says
 * how many lines are in.
 *
 * @throws CommandError when a line was rejected; the others are in
 */
async function importLines(
  client: ServiceClient,
  path: string,
  { file, skip }: { file: string; skip: number },
): Promise<void> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const unreadable = new Promise<never>((_resolve, reject) => {
    input.once('error', (error: Error) => reject(new CommandError(`${file} cannot be read: ${error.message}`)));
  });
  let taken = skip;
  const howToGoOn = (): string | undefined =>
    taken === skip ? undefined : `the lines up to ${taken} are in: go on with --skip ${taken}`;
  const progress = new Progress('lines');
  const outcomes = await untilCutOff(howToGoOn, async () => {
    const lines = readLines(createInterface({ input, crlfDelay: Infinity }), skip);
    const sending = sendLines(client, path, lines, (sent) => {
      taken = sent.at(-1)?.number ?? taken;
      progress.advance(sent.length);
    });
    return await Promise.race([unreadable, sending]);
  }).finally(() => progress.finish());
  console.log(describeOutcomes(outcomes) || 'nothing to import');
  const { rejected = 0 } = outcomes;
  if (rejected > 0) throw new CommandError(rejected === 1 ? '1 line was rejected' : `${rejected} lines were rejected`);
}

async function* readLines(lines: AsyncIterable<string>, skip: number): AsyncIterable<FileLine> {
  let number = 0;
  for await (const text of lines) {
    number += 1;
    if (number > skip && text.trim() !== '') yield { number, name: `line ${number}`, text };
  }
}
