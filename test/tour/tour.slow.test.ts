import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithBrowser, startChromium, USER_AGENT } from '../support/chromium.js';
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

/** Replaces dates, ids and hours, which differ between runs, and normalizes line ends. */
function maskVariables(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '…')
    .replaceAll(/\d{4}-\d{2}-\d{2}/g, 'YYYY-MM-DD')
    .replaceAll(/(?<!\d)20\d{2}-\d{2}(?!\d)/g, 'YYYY-MM')
    .replaceAll(/"id":"[\w-]{22}"/g, '"id":"…"')
    .replaceAll(/"hour":\d+/g, '"hour":"…"')
    .trim();
}

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

  const withServiceUrl = (text: string): string => text.replaceAll('http://localhost:8080', service.url);

  async function openInBrowser(html: string): Promise<void> {
    const site = await serve(withServiceUrl(html));
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
      if (language !== 'sh') continue;
      const output = execFileSync('bash', ['-euo', 'pipefail', '-c', withServiceUrl(text)], {
        encoding: 'utf8',
        env: { ...process.env, ...settings },
      });
      const expected = blocks[index + 1];
      const parse = expected?.language === 'json' ? JSON.parse : String;
      expect(parse(maskVariables(output))).toEqual(parse(maskVariables(expected?.text ?? '')));
    }
  });
});
