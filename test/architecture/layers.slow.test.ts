import { ESLint } from 'eslint';

/** Lints the code as the content of a file. Returns the rules that it violates. */
async function lint(filePath: string, code: string): Promise<string[]> {
  const [result] = await new ESLint({ cwd: process.cwd() }).lintText(code, { filePath });
  return result?.messages.map(({ ruleId }) => String(ruleId)) ?? [];
}

describe('the layers of src/', () => {
  it.each([
    ['the model imports the store', 'src/model/run.ts', '../storage/metrics.repository.js'],
    ['the store imports a report', 'src/storage/report-query.ts', '../reports/report-types.js'],
    ['a lower layer imports a type from above', 'src/items/catalog.ts', '../osf/osf-items.js'],
    [
      'a folder imports another one of its layer',
      'src/moderation/moderation.module.ts',
      '../usage-events/session-hour.js',
    ],
  ])('reports an error when %s', async (_case, path, imported) => {
    expect(await lint(path, `export type * from '${imported}';\n`)).toContain('boundaries/dependencies');
  });

  it('allows an import from a lower layer', async () => {
    expect(await lint('src/storage/report-query.ts', "export type * from '../model/report.js';\n")).toEqual([]);
  });
});
