import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { countOf } from './count-of.js';
import { parseCount } from './option-values.js';
import { Progress } from './progress.js';
import { withResumeHint } from './resume-hint.js';
import { describeOutcomes, type NamedLine, sendLines } from './send-lines.js';
import { CommandError, type ServiceClient } from './service-client.js';
import { type ServiceOptions, withNewService } from './with-service.js';

interface ImportOptions extends ServiceOptions {
  readonly skip: number;
}

interface FileLine extends NamedLine {
  readonly number: number;
}

/** Adds `import [file]`, which sends JSON lines to a batch route. */
export function addLinesImportCommand(parent: Command, description: string, path: string): Command {
  return parent
    .command('import [file]')
    .description(`${description} from JSON lines; without a file, or with \`-\`, from standard input`)
    .option('--skip <lines>', 'skip this many lines, which an earlier import has sent', parseCount, 0)
    .action(async (file: string | undefined, _options, command: Command) => {
      const { skip, ...service } = command.optsWithGlobals<ImportOptions>();
      await withNewService(service, (client) => importLines(client, path, { file: file ?? '-', skip }));
    });
}

/**
 * Sends the JSON lines of a file, or of standard input for `-`. Prints why lines are rejected, and how to resume after an
 * interruption.
 *
 * @throws CommandError if a line was rejected; the other lines are imported
 */
async function importLines(
  client: ServiceClient,
  path: string,
  { file, skip }: { file: string; skip: number },
): Promise<void> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const unreadable = new Promise<never>((_resolve, reject) => {
    input.once('error', (error: Error) => reject(new CommandError(`cannot read ${file}: ${error.message}`)));
  });
  let sentLines = skip;
  const resumeHint = (): string | undefined =>
    sentLines === skip ? undefined : `imported up to line ${sentLines}; resume with --skip ${sentLines}`;
  const progress = new Progress('lines');
  const outcomes = await withResumeHint(resumeHint, async () => {
    const lines = readLines(createInterface({ input, crlfDelay: Infinity }), skip);
    const sending = sendLines(client, path, lines, (sent) => {
      sentLines = sent.at(-1)?.number ?? sentLines;
      progress.advance(sent.length);
    });
    return await Promise.race([unreadable, sending]);
  }).finally(() => progress.finish());
  console.log(describeOutcomes(outcomes) || 'nothing to import');
  const { rejected = 0 } = outcomes;
  if (rejected > 0) throw new CommandError(`rejected ${countOf(rejected, 'line')}`);
}

async function* readLines(lines: AsyncIterable<string>, skip: number): AsyncIterable<FileLine> {
  let number = 0;
  for await (const text of lines) {
    number += 1;
    if (number > skip && text.trim() !== '') yield { number, name: `line ${number}`, text };
  }
}
