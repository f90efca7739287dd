import { type Browser, chromium } from 'playwright-core';

/** The path of a browser, as `global-setup.js` found it; undefined without one. */
export const chromiumPath = process.env['CHROMIUM'] || undefined;

/** `describe` for tests that need a browser. */
export const describeWithBrowser = chromiumPath === undefined ? describe.skip : describe;

/** A common user agent. That of a headless browser is on the list of robots. */
export const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

export async function startChromium(): Promise<Browser> {
  return await chromium.launch({
    executablePath: chromiumPath,
    // Playwright disables the back/forward cache, which visitors' browsers have.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: [
      `--user-agent=${USER_AGENT}`,
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
