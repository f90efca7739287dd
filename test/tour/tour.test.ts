import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumPath, startChromium, USER_AGENT } from '../support/chromium.js';
import { ServiceProcess } from '../support/service-process.js';
import { storeSettings } from '../support/store.js';
import { serve } from '../support/web-site.js';

interface Block {
  readonly language: string;
  readonly text: string;
}

const readme = readFileSync('README.md', 'utf8');
const section = /\n## The five-minute tour\n(.*?)\n## /s.exec(readme)?.[1] ?? '';
const blocks = [...section.matchAll(/```(\w+)\n(.*?)```/gs)].map(([, language = '', text = '']): Block => ({
  language,
  text,
}));

/** What differs from one day, hour and machine to another is left aside, and how a line ends. */
function withoutTimes(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '…')
    .replaceAll(/\d{4}-\d{2}-\d{2}/g, 'YYYY-MM-DD')
    .replaceAll(/(?<!\d)20\d{2}-\d{2}(?!\d)/g, 'YYYY-MM')
    .replaceAll(/"id":"[\w-]{22}"/g, '"id":"…"')
    .replaceAll(/"hour":\d+/g, '"hour":"…"')
    .trim();
}

const withBrowser = chromiumPath === undefined ? describe.skip : describe;

withBrowser('the five-minute tour of README.md, with a browser', () => {
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

  const here = (text: string): string => text.replaceAll('http://localhost:8080', service.url);

  async function openInBrowser(html: string): Promise<void> {
    const site = await serve(here(html));
    const browser = await startChromium();
    const page = await browser.newPage({ userAgent: USER_AGENT });
    const recorded = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.goto(site.url);
    expect((await recorded).status()).toBe(201);
    await browser.close();
    await site.stop();
  }

  it('has commands, a page and what they are answered with', () => {
    expect(blocks.map(({ language }) => language)).toEqual(expect.arrayContaining(['sh', 'text', 'html', 'json']));
  });

  it('works as it is written', async () => {
    for (const [index, { language, text }] of blocks.entries()) {
      if (language === 'html') await openInBrowser(text);
      if (language !== 'sh') continue;
      const output = execFileSync('bash', ['-euo', 'pipefail', '-c', here(text)], {
        encoding: 'utf8',
        env: { ...process.env, ...settings },
      });
      const expected = blocks[index + 1];
      const read = expected?.language === 'json' ? JSON.parse : String;
      expect(read(withoutTimes(output))).toEqual(read(withoutTimes(expected?.text ?? '')));
    }
  });
});
