/** What is read changes by the minute at most; what only some may read is kept by nobody. */
export function cacheControl(isPublic: boolean): string {
  return isPublic ? 'public, max-age=60' : 'private, no-store';
}
