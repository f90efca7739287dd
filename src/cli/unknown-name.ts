import { findSimilar } from '../config/find-similar.js';
import { MisuseError } from './service-client.js';

/** The error for an option or argument that names something that does not exist. Lists what exists, the most similar first. */
export function unknownName(kind: string, name: string, known: readonly string[], hint?: string): MisuseError {
  const similar = findSimilar(name, known);
  const question = similar === undefined ? '' : `did you mean ${similar}? `;
  const list = known.length === 0 ? 'none exists' : `use one of ${known.join(', ')}`;
  return new MisuseError([`unknown ${kind} ${name}: ${question}${list}`, hint].filter(Boolean).join('. '));
}
