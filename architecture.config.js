/**
 * The layers of `src/`, lowest first. A folder may import itself and the layers below it, but no other folder of its own
 * layer. This includes type imports. `app` is the files directly in `src/`. See ARCHITECTURE.md.
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
  ['usage-events', 'moderation', 'backups'],
  ['reports'],
  ['reporters'],
  ['queries', 'counter'],
  ['dashboard'],
  ['app'],
  ['cli'],
];
