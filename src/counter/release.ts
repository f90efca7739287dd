/** The releases of the Code of Practice whose reports are offered. */
export type Release = '5' | '5.1';

/** How the Access_Types of an item are named. Without a statement of the catalog an item is open: its usage was public. */
export const ACCESS_TYPES: Record<Release, { readonly values: readonly string[]; readonly open: string }> = {
  '5': { values: ['Controlled', 'OA_Gold', 'Other_Free_To_Read'], open: 'Other_Free_To_Read' },
  '5.1': { values: ['Controlled', 'Open', 'Free_To_Read'], open: 'Open' },
};

export const CONTROLLED = 'Controlled';

/** The path of a release below the base URL. */
export const RELEASE_PATHS: Record<Release, string> = { '5': '', '5.1': '/r51' };
