/** A short id as it stands in an address: of an item, or of a version of it (`abc12_v2`). */
export interface OsfGuid {
  readonly base: string;
  readonly version: number | null;
}

/** Undefined for what can be no short id of the OSF's. Upper and lower case mean the same. */
export function readOsfGuid(text: string): OsfGuid | undefined {
  const [, base, version] = /^([a-z0-9-]{1,250})(?:_v(\d{1,9}))?$/.exec(text.toLowerCase()) ?? [];
  return base === undefined ? undefined : { base, version: version === undefined ? null : Number(version) };
}
