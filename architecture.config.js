/**
 * The layers of `src/`, lowest first. A file may import from its own folder and from the layers below it, never from its
 * own layer's other folders or from above, type imports included. See ARCHITECTURE.md.
 */
export const LAYERS = [
  ['time'],
  ['fields', 'config'],
  ['model'],
  ['http/json-api'],
  ['http/auth', 'http/open-api', 'http/responses'],
  ['http/server', 'operations'],
  ['storage'],
  ['items'],
  ['osf'],
  ['monthly-usage'],
  ['usage-events', 'moderation'],
  ['reports'],
  ['reporters'],
  ['queries'],
  ['app'],
  ['cli'],
];
