import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { shortHash } from '../model/short-hash.js';

export interface Asset {
  readonly mediaType: string;
  readonly text: string;
  readonly version: string;
}

const require = createRequire(import.meta.url);
const own = (name: string): URL => new URL(`assets/${name}`, import.meta.url);

const CSS = 'text/css; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** The files that pages load, by name. */
export const ASSETS = {
  'dashboard.css': readAsset(own('dashboard.css'), CSS),
  'dashboard.js': readAsset(own('dashboard.js'), JAVASCRIPT),
  'icon.svg': readAsset(own('icon.svg'), 'image/svg+xml'),
  'uplot.css': readAsset(require.resolve('uplot/dist/uPlot.min.css'), CSS),
  'uplot.js': readAsset(require.resolve('uplot/dist/uPlot.iife.min.js'), JAVASCRIPT),
} as const;
export type AssetName = keyof typeof ASSETS;

/** The path of a file under `/_/metrics/`. It changes with the content, so that caches may keep it. */
export function assetPath(name: AssetName): string {
  return `dashboard/assets/${ASSETS[name].version}/${name}`;
}

function readAsset(path: URL | string, mediaType: string): Asset {
  const text = readFileSync(path, 'utf8');
  return { mediaType, text, version: shortHash(text) };
}
