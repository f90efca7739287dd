import { Configuration } from './configuration.js';
import { findSimilar } from './find-similar.js';
import { listSettings } from './setting.js';

/** Variables that Node.js, libraries, Docker Compose and the options of `osf-metrics` read. */
const READ_ELSEWHERE = [
  /^(PG|NODE_|UV_|NEST_|ELASTIC_CLIENT_|OTEL_|COMPOSE_|DOCKER_|OSF_METRICS_|OSF8_|npm_|LC_)/,
  /^((HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|OPENSSL_CONF|TZ|LANG|TMPDIR|DEBUG|NO_COLOR|FORCE_COLOR)$/i,
];

/**
 * Finds misspelt and unknown settings, which have no effect.
 * @param file the variables of `.env`, which are meant for the service, its libraries or Docker Compose
 * @returns a message for each
 */
export function describeUnknownSettings(
  environment: Readonly<Record<string, string | undefined>>,
  file: Readonly<Record<string, string | undefined>>,
): string[] {
  const settings = listSettings(Configuration.prototype).map(({ variable }) => variable);
  const unknown = Object.keys({ ...environment, ...file }).filter(
    (name) => !settings.includes(name) && !READ_ELSEWHERE.some((pattern) => pattern.test(name)),
  );
  return unknown.flatMap((name) => {
    const similar = findSimilar(name, settings);
    if (similar !== undefined) return [`${name} is not a setting and has no effect: did you mean ${similar}?`];
    return name in file
      ? [`${name} in .env is not a setting and has no effect: docs/settings.md lists the settings`]
      : [];
  });
}
