import type { Browser } from 'playwright-core';
import { describeWithBrowser, startChromium } from '../support/chromium.js';
import { TestApp } from '../support/test-app.js';
import { recordSample } from './sample-usage.js';

describe('the page of COUNTER reports', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await recordSample(app);
  });
  afterAll(async () => await app.stop());

  const show = async (query = ''): Promise<[number, string]> => {
    const response = await app.request(`counter/${query}`);
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    return [response.status, await response.text()];
  };

  it('shows the last processed month by default', async () => {
    const [status, page] = await show();
    expect([status, page]).toEqual([200, expect.stringContaining('Platform Report, October 2026')]);
    expect(page).toContain('September 2026 to October 2026');
  });

  it('has the header of all pages', async () => {
    const [, page] = await show();
    expect(page).toContain('<a href="../dashboard/">Overview</a>');
    expect(page).toContain('aria-current="page">COUNTER reports</a>');
  });

  it('links to files of the chosen report', async () => {
    const [, page] = await show('?report=r50-ir&begin_date=2026-09&end_date=2026-10&data_type=Dataset&item_id=data1');
    const links = [...page.matchAll(/href="([^"]*\/counter\/[^"]*reports\/[^"]*)"/g)].map(([, link = '']) => link);
    const types: unknown[] = [];
    for (const link of links) {
      const response = await app.request(link.replaceAll('&amp;', '&'));
      const text = await response.text();
      expect([response.status, text]).toEqual([200, expect.stringContaining('osf:data1')]);
      expect(text).not.toContain('Exceptions":');
      types.push(response.headers.get('Content-Type')?.split(';')[0]);
    }
    expect(types).toEqual(['text/tab-separated-values', 'text/csv', 'application/json']);
  });

  it.each([
    ['?report=nonsense', 'There is no report nonsense.'],
    ['?begin_date=2026-10&end_date=2026-09', 'end_date is before begin_date'],
    ['?begin_date=2026-99&end_date=2026-09', 'begin_date must be yyyy-mm'],
    ['?begin_date=2026-11&end_date=2026-11', 'begin_date is in a month that is not over'],
    ['?begin_date=2026-10', 'missing: end_date'],
  ])('%s returns the page with status 400 and says what is wrong', async (query, problem) => {
    const [status, page] = await show(query);
    expect([status, page]).toEqual([400, expect.stringContaining(problem)]);
    expect(page).not.toMatch(/counter\/[^"]*reports\//);
  });

  it('shows hostile values as text', async () => {
    const hostile = `"><script>alert(1)</script>`;
    for (const name of ['item_id', 'data_type', 'report', 'begin_date', 'requestor_id']) {
      const [, page] = await show(`?${new URLSearchParams({ [name]: hostile }).toString()}`);
      expect(page).not.toContain('<script>');
    }
  });

  describeWithBrowser('in a browser without script', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await startChromium();
    });
    afterAll(async () => await browser.close());

    it('lets a reader choose a report by keyboard and download a file', async () => {
      const page = await browser.newPage({ javaScriptEnabled: false, viewport: { width: 320, height: 800 } });
      await page.goto(`${app.url}/_/metrics/counter/`);
      await page.getByLabel('Report', { exact: true }).selectOption('Item Report (IR)');
      await page.getByLabel('First month').fill('2026-09');
      await page.getByLabel('Item', { exact: true }).fill('prep1');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Item Report, September 2026 to October 2026' }).waitFor();
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: 'TSV' }).click();
      expect((await download).suggestedFilename()).toBe('OSF_IR_2026-09_2026-10.tsv');
      await page.close();
    });
  });
});

it('says that no month has been processed yet', async () => {
  const app = await TestApp.start();
  const page = await (await app.request('counter/')).text();
  expect(page).toContain('No month has been processed yet.');
  await app.stop();
});
