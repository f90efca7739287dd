import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

describe('docs/access-log.js', () => {
  const log = readFileSync('docs/access-log.txt', 'utf8');

  function run(
    input: string,
    args = ['https://repository.example.org'],
  ): [status: number | null, usages: number, errors: string] {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['docs/access-log.js', ...args], { input });
    return [status, stdout.toString().split('\n').length - 1, stderr.toString()];
  }

  it('turns the requests that count into usages', () => {
    expect(run(log)).toEqual([0, 7, '']);
  });

  it('counts lines in another format, and fails if there are no others', () => {
    const other = log.replaceAll(/$(?<!\n)/gm, ' "-"');
    expect(run(log + other)).toEqual([0, 7, 'lines that LINE does not match: 12 of 24\n']);
    expect(run(other)).toEqual([1, 0, 'lines that LINE does not match: 12 of 12\n']);
  });

  it('leaves out requests whose target is not part of a URL', () => {
    const requests = ['GET //[bad HTTP/1.1', '-', ''].map((request) =>
      log.split('\n', 1)[0]?.replace(/"GET [^"]*"/, `"${request}"`),
    );
    expect(run(`${requests.join('\n')}\n${log}`)).toEqual([0, 7, '']);
  });

  it('prints its usage without the URL of the repository', () => {
    for (const args of [[], ['repository']]) expect(run(log, args)).toEqual([2, 0, expect.stringMatching(/^usage: /)]);
  });
});
