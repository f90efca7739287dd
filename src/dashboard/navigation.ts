import { TEXTS } from './texts.js';

/** The pages that the header of every page links to, by path under `/_/metrics/`. */
export const NAVIGATION: readonly { readonly path: string; readonly label: string }[] = [
  { path: 'dashboard/', label: TEXTS.overview },
  { path: 'dashboard/months/', label: TEXTS.months },
  { path: 'dashboard/platform/', label: TEXTS.platformShort },
  { path: 'dashboard/reports/', label: TEXTS.reports },
  { path: 'counter/', label: TEXTS.counter },
  { path: 'docs/', label: TEXTS.documentation },
];
