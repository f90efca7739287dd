import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSync } from 'recheck';
import ts from 'typescript';
import { readBundledRobotList } from '../../src/usage-events/robot-list.js';

const TIMEOUT_MILLISECONDS = 10_000;

function sourceFiles(): string[] {
  const names = readdirSync('src', { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.(ts|js)$/.test(name) && !name.endsWith('.spec.ts')).map((name) => join('src', name));
}

/** The regular expressions of a file, as they are written. */
function literalsOf(file: string): string[] {
  const literals: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) literals.push(node.text);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  return literals;
}

/** Whether a text exists on which the expression takes more than linear time. */
function isSlow(source: string, flags: string): boolean {
  return checkSync(source, flags, { timeout: TIMEOUT_MILLISECONDS }).status !== 'safe';
}

describe('regular expressions', () => {
  it('take linear time on any text', () => {
    const literals = sourceFiles().flatMap((file) => literalsOf(file).map((text) => ({ file, text })));
    expect(literals.length).toBeGreaterThan(40);
    const slow = literals.filter(({ text }) => {
      const end = text.lastIndexOf('/');
      return isSlow(text.slice(1, end), text.slice(end + 1));
    });
    expect(slow).toEqual([]);
  });

  it('take linear time in the list of robots', async () => {
    const { robots, machines } = await readBundledRobotList();
    expect([...robots, ...machines].filter((pattern) => isSlow(pattern, 'i'))).toEqual([]);
  });
});
