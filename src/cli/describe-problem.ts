import type { Problem } from '../http/json-api/api-error.js';

/** What the service says is wrong, and where when the words alone do not tell. */
export function describeProblem({ title, detail, source }: Problem & { readonly title?: string }): string {
  const said = detail ?? title ?? 'something is wrong';
  const place = source && 'pointer' in source ? placeWithin(source.pointer) : '';
  return place.includes('/') ? `${place}: ${said}` : said;
}

/** Of a document or of a line of a batch, as whoever wrote it knows it: `authors/1/name`. */
function placeWithin(pointer: string): string {
  return pointer
    .replace(/^\/data/, '')
    .replace(/^\/\d+/, '')
    .replace(/^\/attributes/, '')
    .slice(1);
}
