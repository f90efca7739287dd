import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandResult, runCommand } from '../support/command.js';

/** Reports that no page needs. COUNTER's are of whole months. */
const EMPTY_TYPES = ['counter_item_usage', 'counter_platform_usage', 'private_spam_metrics'];

describe('osf-metrics demo', () => {
  const folder = mkdtempSync(join(tmpdir(), 'osf-metrics-demo-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = async (args: string, dataDir: string): Promise<CommandResult> =>
    await runCommand(args.split(' '), { environment: { DATA_DIR: join(folder, dataDir) } });

  it('fills an empty store with items, usages and reports, the same for the same seed', async () => {
    const made = await run('demo --days 5 --items 12 --seed 7', 'a');
    expect(made.code).toBe(0);
    expect(made.out).toMatch(
      /^12 items\n\d+ usages\n\d+ reports\n\d+ moderation steps\npublic_item_usage \d{4}-\d{2}: succeeded, \d+ reports/,
    );
    expect((await run('reports fake --days 5 --items 12 --seed 7', 'b')).out).toBe(made.out);
    const [usages, again] = await Promise.all([run('usages export', 'a'), run('usages export', 'b')]);
    expect(again.out).toBe(usages.out);
    const counts = await run('reports count --type user_summary download_count', 'a');
    expect(counts.out).toBe('user_summary: 5 reports\ndownload_count: 5 reports\n');
  });

  it('fills every type of report that a page shows, and the moderation steps', async () => {
    const counts = (await run('reports count', 'a')).out;
    const empty = [...counts.matchAll(/^(\w+): 0 reports$/gm)].map(([, name]) => name);
    expect(empty).toEqual(EMPTY_TYPES);
    expect((await run('moderations count', 'a')).out).toMatch(/^[1-9]\d* steps?\n$/);
  });

  it('does not mix with the usages of a store', async () => {
    const refused = await run('demo', 'a');
    expect(refused).toMatchObject({ code: 2, errors: expect.stringMatching(/^the store has \d+ usages/) as string });
    expect((await run('demo --days 0', 'c')).code).toBe(2);
  });
});
