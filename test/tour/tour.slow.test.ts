import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithBrowser, startChromium, USER_AGENT } from '../support/chromium.js';
import { COMMANDS, readBlocks, runCommands, withServiceUrl } from '../support/document-commands.js';
import { ServiceProcess } from '../support/service-process.js';
import { storeSettings } from '../support/store.js';
import { serve } from '../support/web-site.js';

const blocks = readBlocks('README.md');

describeWithBrowser('the five-minute tour of README.md, with a browser', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'osf-metrics-tour-'));
  let settings: Record<string, string>;
  let service: ServiceProcess;

  beforeAll(async () => {
    settings = await storeSettings(dataDir);
    service = await ServiceProcess.start(settings);
  });
  afterAll(async () => {
    await service.end('SIGTERM');
    rmSync(dataDir, { recursive: true });
  });

  async function openInBrowser(html: string): Promise<void> {
    const site = await serve(withServiceUrl(html, service.url));
    const browser = await startChromium();
    const page = await browser.newPage({ userAgent: USER_AGENT });
    const recorded = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.goto(site.url);
    expect((await recorded).status()).toBe(201);
    await browser.close();
    await site.stop();
  }

  it('contains commands, their output and a web page', () => {
    expect(blocks.map(({ language }) => language)).toEqual(expect.arrayContaining(['sh', 'text', 'html', 'json']));
  });

  it('prints the documented output for every command', async () => {
    for (const [index, { language, text }] of blocks.entries()) {
      if (language === 'html') await openInBrowser(text);
      if (language === COMMANDS)
        runCommands(blocks, index, { directory: '.', environment: settings, url: service.url });
    }
  });
});
