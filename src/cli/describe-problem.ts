import type { Problem } from '../http/json-api/api-error.js';

/** Describes a problem that the service reports; names its place only if the text alone would be ambiguous. */
export function describeProblem({ title, detail, source }: Problem & { readonly title?: string }): string {
  const text = detail ?? title ?? 'unknown error';
  const place = source && 'pointer' in source ? toPlace(source.pointer) : '';
  return place.includes('/') ? `${place}: ${text}` : text;
}

/** The place within a document or a line of a batch: `/data/0/attributes/authors/1/name` is `authors/1/name`. */
function toPlace(pointer: string): string {
  return pointer
    .replace(/^\/data/, '')
    .replace(/^\/\d+/, '')
    .replace(/^\/attributes/, '')
    .slice(1);
}
