/** The OSF's short identifier of an item, or of one version of a preprint (`abc12_v2`). */
export interface OsfGuid {
  readonly base: string;
  readonly version: number | null;
}

/** Returns undefined for text that cannot be a guid. Guids are case-insensitive. */
export function readOsfGuid(text: string): OsfGuid | undefined {
  const [, base, version] = /^([a-z0-9-]{1,250})(?:_v(\d{1,9}))?$/.exec(text.toLowerCase()) ?? [];
  return base === undefined ? undefined : { base, version: version === undefined ? null : Number(version) };
}
