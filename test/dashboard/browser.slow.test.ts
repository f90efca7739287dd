import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { describeWithBrowser, startChromium } from '../support/chromium.js';
import { ADMIN_KEY, TestApp } from '../support/test-app.js';
import { fillReports, fillSite, HEBREW, NOW } from './sample-site.js';

interface Counts {
  readonly view_count: number;
  readonly download_count: number;
  readonly view_session_count: number;
  readonly item_count: number;
}
interface Figures {
  readonly total: Counts;
  readonly periods: readonly Counts[];
}
interface Usage {
  readonly data: readonly { readonly id: string; readonly attributes: Figures & { readonly previous: Figures } }[];
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const DAYS = 'start_date=2026-10-28&end_date=2026-11-25';
const PATHS = [
  '',
  'dashboard/',
  'dashboard/items/',
  'dashboard/items/proj1/',
  'dashboard/items/quiet/',
  'dashboard/?range=x',
  'dashboard/months/',
  'dashboard/reports/',
  'dashboard/platform/',
  'nope/',
  'dashboard/state/',
  'dashboard/moderation/',
  'dashboard/institutions/',
  'dashboard/institutions/uni/',
];

describeWithBrowser('the dashboard in a browser', () => {
  let app: TestApp;
  let browser: Browser;
  let problems: string[];

  beforeAll(async () => {
    [app, browser] = await Promise.all([TestApp.start({}, NOW), startChromium()]);
    await fillSite(app);
    await fillReports(app);
  });
  beforeEach(() => (problems = []));
  afterEach(() => expect(problems).toEqual([]));
  afterAll(async () => {
    await browser.close();
    await app.stop();
  });

  const open = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await browser.newPage({ locale: 'en-US', viewport: { width: 1280, height: 900 }, ...options });
    page.on('pageerror', ({ message }) => problems.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().match(/status of 40[04]/)) problems.push(message.text());
    });
    const isForAdmins = /state|moderation|institutions/.test(path);
    if (isForAdmins) await page.setExtraHTTPHeaders({ Authorization: `Bearer ${ADMIN_KEY}` });
    await page.goto(`${app.url}/_/metrics/${path}`);
    return page;
  };

  /** The numbers of the rows of a table, by the text of their label. */
  const readRows = async (page: Page, heading: string): Promise<[string, ...number[]][]> =>
    await page
      .getByRole('region', { name: heading, exact: true })
      .first()
      .locator('tbody tr')
      .evaluateAll((rows) =>
        (
          rows as unknown as {
            cells: Iterable<{ textContent: string; querySelector(name: string): { value: string } | null }>;
          }[]
        ).map(({ cells }) => {
          const [label, ...others] = [...cells];
          const numbers = others.flatMap((cell) => cell.querySelector('data')?.value ?? []);
          return [label?.textContent.trim() ?? '', ...numbers.map(Number)] as [string, ...number[]];
        }),
      );
  const readTiles = async (page: Page): Promise<string[]> =>
    await page
      .locator('.tile')
      .evaluateAll((tiles) =>
        (tiles as unknown as { textContent: string }[]).map(({ textContent }) =>
          textContent.replace(/\s+/g, ' ').trim(),
        ),
      );
  const ask = async (query: string): Promise<Usage> =>
    await app.json<Usage>(`query/usage/?${DAYS}&compare=previous&${query}`);

  it('shows the same figures as the API', async () => {
    const page = await open('dashboard/');
    const [all] = (await ask('interval=day')).data;
    const { total, periods = [], previous } = all?.attributes ?? ({} as Partial<Figures & { previous: Figures }>);
    // The sample, counted by hand.
    expect(total).toMatchObject({ view_count: 22, download_count: 2, view_session_count: 22, item_count: 3 });
    expect(await readTiles(page)).toEqual([
      expect.stringMatching(/^Views 22 ▲ >999%/),
      expect.stringMatching(/^Downloads 2 ▲ 100%/),
      expect.stringMatching(/^Visits with views 22 /),
      expect.stringMatching(/^Items used 3 ▲ 50%/),
    ]);
    const figures = await readRows(page, 'Views and downloads');
    expect(figures.map(([, ...numbers]) => numbers)).toEqual(
      periods.map(({ view_count, download_count }, index) => [
        view_count,
        download_count,
        previous?.periods[index]?.view_count,
        previous?.periods[index]?.download_count,
      ]),
    );
    expect(figures[4]?.[0]).toBe('Sun, Nov 1, 2026');
    for (const [heading, group] of [
      ['Most viewed items', 'item'],
      ['Providers', 'provider'],
      ['Types of items', 'item_type'],
    ] as const) {
      const expected = (await ask(`group_by=${group}`)).data.map(({ attributes }) => attributes.total);
      const rows = await readRows(page, heading);
      expect(rows.map(([, ...numbers]) => numbers)).toEqual(
        expected.map(({ view_count, download_count }) => [view_count, download_count]),
      );
    }
    await page.close();
  });

  it('shows the same figures of an item as the API', async () => {
    const page = await open('dashboard/items/proj1/');
    const { data } = await app.json<{ data: { attributes: { total: Record<string, number> } } }>(
      'query/item_usage/proj1/?period=total',
    );
    const { view_count, within_download_count, view_session_count } = data.attributes.total;
    expect((await readTiles(page)).map((text) => text.replace(/\D/g, ''))).toEqual(
      [view_count, within_download_count, view_session_count, 21, 1, 21].map(String),
    );
    const hours = await readRows(page, 'Visits by hour of the day');
    expect(hours).toHaveLength(24);
    expect(hours.filter(([, visits]) => visits !== 0)).toEqual([
      ['2 PM', 20],
      ['3 PM', 1],
    ]);
    expect(await readRows(page, 'Referrers')).toEqual([['search.example.org', 21]]);
    expect(await readRows(page, 'Most viewed pages')).toEqual([
      [expect.stringContaining('/proj1'), 20],
      [expect.stringContaining('/file1'), 1],
    ]);
    expect((await readRows(page, 'Within this item')).map(([, ...numbers]) => numbers)).toEqual([[1, 1]]);
    await page.close();
  });

  it('draws charts from the tables', async () => {
    const page = await open('dashboard/items/proj1/');
    await page.locator('.plot canvas').first().waitFor();
    expect(await page.locator('.plot canvas').count()).toBe(2);
    await page
      .locator('.u-over')
      .first()
      .hover({ position: { x: 1, y: 50 } });
    await expect(page.locator('.tooltip').first().innerText()).resolves.toContain('Wed, Oct 28, 2026');
    await page.close();
  });

  it('filters by click, changes the range by keyboard, and keeps both in the URL', async () => {
    const page = await open('dashboard/');
    await page.getByRole('link', { name: 'socarxiv' }).click();
    await page.waitForURL(/\?provider=socarxiv$/);
    expect((await readTiles(page))[0]).toMatch(/^Views 1 /);
    await page.locator('.menu > summary').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/provider=socarxiv&range=7d/);
    await page.locator('.menu > summary').click();
    await page.keyboard.press('Escape');
    expect(await page.locator('.menu[open]').count()).toBe(0);
    await page.getByRole('link', { name: 'Remove the filter Provider: socarxiv' }).click();
    await page.getByRole('link', { name: 'Week' }).click();
    await page.waitForURL(/range=7d&interval=week/);
    await page.getByRole('link', { name: HEBREW }).click();
    await page.waitForURL(/items\/prep1\/\?range=7d$/);
    expect(await page.title()).toContain(HEBREW);
    await page.close();
  });

  it('shows all columns of tables on a narrow screen, each with its heading', async () => {
    for (const path of ['dashboard/months/', 'dashboard/reports/', 'dashboard/state/', 'dashboard/institutions/uni/']) {
      const page = await open(path, { viewport: { width: 320, height: 900 } });
      const hidden = await page
        .locator('.scroll:has(.stacking)')
        .evaluateAll((boxes) =>
          (boxes as unknown as { scrollWidth: number; clientWidth: number }[]).filter(
            ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
          ),
        );
      expect([path, hidden]).toEqual([path, []]);
      await page.close();
    }
  });

  it('copies the code of a badge', async () => {
    const page = await open('dashboard/items/prep1/', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('button', { name: 'Copy Markdown' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain(`(${app.url}/_/metrics/badge/prep1.svg)`);
    await page.close();
  });

  it('skips to the figures by keyboard', async () => {
    const page = await open('dashboard/');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.close();
  });

  it('shows all figures and works without script', async () => {
    const page = await open('dashboard/', { javaScriptEnabled: false });
    expect(await page.getByRole('table', { name: 'Views and downloads' }).isVisible()).toBe(true);
    await page.locator('.menu > summary').click();
    await page.getByLabel('From').fill('2026-11-20');
    await page.getByLabel('To', { exact: true }).fill('2026-11-21');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(/from=2026-11-20&to=2026-11-21/);
    expect((await readTiles(page))[0]).toMatch(/^Views 3 /);
    await page.close();
  });

  it('downloads the figures of a panel', async () => {
    const page = await open('dashboard/');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'CSV: Views and downloads' }).click();
    const lines = readFileSync(await (await download).path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines).toHaveLength(29);
    await page.close();
  });

  it.each([320, 700, 3840])('fits a screen of %d pixels', async (width) => {
    for (const path of PATHS) {
      const page = await open(path, { viewport: { width, height: 900 } });
      expect([path, await page.evaluate('document.documentElement.scrollWidth - innerWidth')]).toEqual([path, 0]);
      await page.close();
    }
  });

  it.each(['light', 'dark'] as const)(
    'has no accessibility problem that axe finds, in %s colours',
    async (colorScheme) => {
      for (const path of PATHS) {
        const page = await open(path, { colorScheme });
        await page.evaluate(AXE);
        const { violations } = await page.evaluate<AxeResults>('axe.run()');
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('; ')}`);
        expect([path, found]).toEqual([path, []]);
        await page.close();
      }
    },
  );

  it('asks for a key, and sends it to pages and files', async () => {
    const context = await browser.newContext({ httpCredentials: { username: '', password: ADMIN_KEY } });
    const page = await context.newPage();
    await page.goto(`${app.url}/_/metrics/dashboard/institutions/uni/`);
    await page.getByRole('link', { name: 'Sign in with an API key' }).click();
    await page.waitForURL(/institutions\/uni\/$/);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'CSV: Departments' }).click();
    expect(readFileSync(await (await download).path(), 'utf8')).toContain('number_of_users');
    await page.getByRole('link', { name: 'State' }).click();
    expect(await page.getByRole('heading', { name: 'State of the service' }).isVisible()).toBe(true);
    await context.close();
  });

  it('prints all figures', async () => {
    const page = await open('dashboard/');
    await page.emulateMedia({ media: 'print' });
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    expect(await page.getByRole('table', { name: 'Views and downloads' }).isVisible()).toBe(true);
    expect(await page.locator('.menu').isVisible()).toBe(false);
    await page.close();
  });
});
