import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A fenced code block of a Markdown document. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

/** The languages of blocks: `sh` is run by the tests, `console` is not, the others are no commands. */
export const COMMANDS = 'sh';
export const COMMANDS_NOT_RUN = 'console';

export function readBlocks(path: string): Block[] {
  const blocks = readFileSync(path, 'utf8').matchAll(/^```(.*)\n([^]*?)^```$/gm);
  return [...blocks].map(([, language = '', text = '']) => ({ language, text }));
}

interface Shell {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Takes the place of http://localhost:8080. */
  readonly url: string;
}

/** Types a block of commands, and expects the output that the next block shows. A command that fails throws. */
export function runCommands(blocks: readonly Block[], index: number, { directory, environment, url }: Shell): void {
  const output = execFileSync(
    'bash',
    ['--norc', '-euo', 'pipefail', '-c', withServiceUrl(blocks[index]?.text ?? '', url)],
    {
      encoding: 'utf8',
      cwd: directory,
      env: { ...process.env, ...environment },
    },
  );
  const next = blocks[index + 1];
  const parse = next?.language === 'json' ? JSON.parse : String;
  const expected = next && ['text', 'json'].includes(next.language) ? next.text : '';
  expect(parse(maskVariables(output.replaceAll(url, 'http://localhost:8080')))).toEqual(parse(maskVariables(expected)));
}

export function withServiceUrl(text: string, url: string): string {
  return text.replaceAll('http://localhost:8080', url);
}

/** Replaces dates, ids and hours, which differ between runs, and removes what one does not see at the end of lines. */
function maskVariables(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(/ +$/gm, '')
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '…')
    .replaceAll(/\d{4}-\d{2}-\d{2}/g, 'YYYY-MM-DD')
    .replaceAll(/(?<!\d)20\d{2}-\d{2}(?!\d)/g, 'YYYY-MM')
    .replaceAll(/"id": ?"[\w-]{22}"/g, '"id":"…"')
    .replaceAll(/"hour":\d+/g, '"hour":"…"')
    .trim();
}
