import { readFile, stat, writeFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { createDemoItems } from '../../src/cli/demo/demo-catalog.js';
import { DemoRandom } from '../../src/cli/demo/demo-random.js';
import { createDemoUsages } from '../../src/cli/demo/demo-usages.js';
import { CalendarDate } from '../../src/time/calendar-date.js';
import { describeWithBrowser, startChromium } from '../support/chromium.js';
import { sendBatch } from '../support/send-usage.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';

const FOLDER = 'docs/images';
const LAYOUT_FILE = `${FOLDER}/layout.json`;
const MAX_IMAGE_BYTES = 150_000;
/** Fonts differ between machines: a line more or less is no difference. */
const TOLERANCE_PIXELS = 60;
const DAYS = { first: CalendarDate.parse('2026-08-26'), count: 90 };
const NOW = '2026-11-24T12:00:00Z';
const isUpdate = process.env['UPDATE_IMAGES'] === '1';

/** The width and the height of each panel, by its title. */
type Layout = Readonly<Record<string, readonly [width: number, height: number]>>;

/**
 * Compares the panels of the pages with those in the images of the documentation, by their titles and sizes: the pixels of
 * texts differ from machine to machine. To renew the images, run this test with `UPDATE_IMAGES=1`, and look at them.
 */
describeWithBrowser('the images of the documentation', () => {
  let app: TestApp;
  let browser: Browser;
  let itemPath: string;

  beforeAll(async () => {
    [app, browser] = await Promise.all([TestApp.start({}, NOW), startChromium()]);
    const random = new DemoRandom(1);
    const items = createDemoItems(60, random);
    itemPath = `dashboard/items/${String(items[0]?.guid)}/`;
    await app.json('items/batch', { body: { data: items }, key: TRUSTED_KEY });
    const usages = [...createDemoUsages(items, DAYS, 'https://osf.io', random)];
    for (let start = 0; start < usages.length; start += 1_000) await sendBatch(app, usages.slice(start, start + 1_000));
  });
  afterAll(async () => {
    await browser.close();
    await app.stop();
  });

  it.each(['overview', 'item', 'months', 'state'] as const)('show the page as it is: %s', async (name) => {
    const path = { overview: 'dashboard/', item: itemPath, months: 'dashboard/months/', state: 'dashboard/state/' }[
      name
    ];
    const page = await browser.newPage({ locale: 'en-US', viewport: { width: 1040, height: 700 } });
    if (name === 'state') await page.setExtraHTTPHeaders({ Authorization: `Bearer ${ADMIN_KEY}` });
    await page.goto(`${app.url}/_/metrics/${path}`, { waitUntil: 'load' });
    const layout = await page.locator('.panel').evaluateAll((panels) =>
      Object.fromEntries(
        (
          panels as unknown as {
            querySelector(selector: string): { textContent: string } | null;
            getBoundingClientRect(): { width: number; height: number };
          }[]
        ).map((panel) => {
          const { width, height } = panel.getBoundingClientRect();
          return [panel.querySelector('h2')?.textContent.trim() ?? '', [Math.round(width), Math.round(height)]];
        }),
      ),
    );
    const layouts = JSON.parse(await readFile(LAYOUT_FILE, 'utf8').catch(() => '{}')) as Record<string, Layout>;
    if (isUpdate) {
      await page.screenshot({ path: `${FOLDER}/${name}.png` });
      await writeFile(LAYOUT_FILE, `${JSON.stringify({ ...layouts, [name]: layout }, null, 2)}\n`);
    } else {
      const expected = layouts[name] ?? {};
      expect(Object.keys(layout)).toEqual(Object.keys(expected));
      for (const [title, size] of Object.entries(expected)) {
        const differences = size.map((pixels, index) => Math.abs(pixels - (layout[title]?.[index] ?? 0)));
        expect([title, Math.max(...differences) <= TOLERANCE_PIXELS]).toEqual([title, true]);
      }
    }
    expect((await stat(`${FOLDER}/${name}.png`)).size).toBeLessThan(MAX_IMAGE_BYTES);
    await page.close();
  });
});
