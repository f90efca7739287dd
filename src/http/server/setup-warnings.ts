import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Configuration } from '../../config/configuration.js';
import { API_PREFIX } from '../json-api/protocol.js';

const EVENTS = `/${API_PREFIX}/events/`;

/** A problem of the setup that requests reveal. */
interface SetupCheck {
  isRevealedBy(request: FastifyRequest, reply: FastifyReply): boolean;
  describe(request: FastifyRequest): string;
}

/** Warns once of each problem of the setup that requests reveal, because nothing else would show it. */
export function warnOfSetup(fastify: FastifyInstance, configuration: Configuration, logger: Logger): void {
  let checks = [missingProxy(configuration), replacedAddresses(configuration), unknownOrigin];
  fastify.addHook('onResponse', (request, reply, done) => {
    const revealed = checks.filter((check) => check.isRevealedBy(request, reply));
    for (const check of revealed) logger.warn(check.describe(request));
    if (revealed.length > 0) checks = checks.filter((check) => !revealed.includes(check));
    done();
  });
}

function missingProxy({ trustedProxies }: Configuration): SetupCheck {
  return {
    isRevealedBy: ({ headers }) => trustedProxies === 0 && headers['x-forwarded-for'] !== undefined,
    describe: () =>
      'a request has the header X-Forwarded-For, but TRUSTED_PROXIES is 0: if it came through a proxy of yours, set ' +
      'TRUSTED_PROXIES to the number of proxies, or all visitors count as one',
  };
}

/** The address that is taken for the client's is then that of a proxy. */
function replacedAddresses({ trustedProxies }: Configuration): SetupCheck {
  const countAddresses = ({ headers }: FastifyRequest): number =>
    [headers['x-forwarded-for'] ?? []].flat().join().split(',').length;
  return {
    // The header has at least one address, so that requests behind one proxy need no count.
    isRevealedBy: (request) =>
      trustedProxies > 1 &&
      request.headers['x-forwarded-for'] !== undefined &&
      countAddresses(request) < trustedProxies,
    describe: (request) =>
      `X-Forwarded-For of a request has fewer addresses (${countAddresses(request)}) than TRUSTED_PROXIES ` +
      `(${trustedProxies}): if the request came through all proxies, one of them replaces the header instead of ` +
      'appending to it, and visitors count as one',
  };
}

const unknownOrigin: SetupCheck = {
  // The CORS plugin names only allowed origins in its response.
  isRevealedBy: (request, reply) => {
    const { origin } = request.headers;
    return (
      origin !== undefined &&
      request.url.startsWith(EVENTS) &&
      !reply.hasHeader('Access-Control-Allow-Origin') &&
      !origin.endsWith(`//${request.host}`)
    );
  },
  describe: ({ headers }) =>
    `a page of ${JSON.stringify(headers.origin)} sent a usage, but CORS_ORIGINS does not contain this origin: if it is ` +
    'yours, add it, or browsers block what tracker.js sends',
};
