import { describeWithBrowser, startChromium } from '../support/chromium.js';
import { TestApp } from '../support/test-app.js';

describe('the API documentation', () => {
  it('is an HTML page, with or without a trailing slash, that can load resources only from the service', async () => {
    const app = await TestApp.start();
    for (const path of ['docs', 'docs/']) {
      const response = await app.request(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('Content-Type')).toMatch('text/html');
      expect(response.headers.get('Content-Security-Policy')).toMatch(/default-src 'self';.*frame-ancestors 'none'/);
    }
    await app.stop();
  });
});

describeWithBrowser('the API documentation in a browser', () => {
  it('shows every operation and loads resources only from the service', async () => {
    const app = await TestApp.start();
    const browser = await startChromium();
    const page = await browser.newPage();
    const requested: string[] = [];
    const problems: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`${app.url}/_/metrics/docs`);
    await page.getByText('Page views of an item').waitFor();
    const { paths } = await app.json<{ paths: Record<string, object> }>('openapi.json');
    const operations = Object.values(paths).flatMap((item) => Object.keys(item));
    expect(await page.locator('.opblock').count()).toBe(operations.length);
    expect(requested.filter((url) => !url.startsWith(app.url) && !url.startsWith('data:'))).toEqual([]);
    expect(problems).toEqual([]);
    await browser.close();
    await app.stop();
  });
});
