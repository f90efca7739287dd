import { TEXTS } from './texts.js';

export interface NavigationEntry {
  readonly path: string;
  readonly label: string;
  /** Whether the page takes a key with the scope `admin`. */
  readonly isForAdmins?: boolean;
  readonly isDocumentation?: boolean;
}

/** The pages that the header of every page links to, by path under `/_/metrics/`. */
export const NAVIGATION: readonly NavigationEntry[] = [
  { path: 'dashboard/', label: TEXTS.overview },
  { path: 'dashboard/items/', label: TEXTS.items },
  { path: 'dashboard/months/', label: TEXTS.months },
  { path: 'dashboard/platform/', label: TEXTS.platformShort },
  { path: 'dashboard/reports/', label: TEXTS.reports },
  { path: 'dashboard/moderation/', label: TEXTS.moderation, isForAdmins: true },
  { path: 'dashboard/institutions/', label: TEXTS.institutions, isForAdmins: true },
  { path: 'dashboard/state/', label: TEXTS.state, isForAdmins: true },
  { path: 'counter/', label: TEXTS.counter },
  { path: 'docs/', label: TEXTS.documentation, isDocumentation: true },
];
